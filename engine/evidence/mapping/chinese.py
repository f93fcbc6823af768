"""Chinese words of column names and their concepts, as :mod:`engine.evidence.mapping.words` reads them."""

CHINESE_LINES = """
病人 患者 就诊人 : patient
住院号 住院流水号 住院标识 就诊号 就诊流水号 就诊标识 门诊号 住院次数 就诊序号 门诊流水号 : encounter id
就诊 : visit
病案号 病历号 主索引号 主索引 : patient id
院前 : prehospital
入院 住院登记 : admit
出院 : discharge
住院 : inpatient
门诊 : outpatient
门诊住院 门急诊 患者来源 病人来源 就诊类型 就诊类别 患者类型 病人类型 来源类型 就诊来源 门诊住院标志 住院门诊标志 病人类别 患者类别 就诊方式 : care setting
急诊 急救 : emergency
医嘱 : order
处方 : rx
药品 药物 用药 : drug
开立 开具 开单 下达 开嘱 录入 开方 : place
申请 : request
申请单 检验单 检查单 送检单 : request form
报告单 报告 : report
结果 : result
标本 样本 : specimen
条码 条形码 试管 : specimen id
检验 化验 检测 : lab
检查 : exam
项目 : item
参考值 参考范围 正常值 参考区间 参考 正常参考值 正常范围 : reference
范围 : range
图像 影像 : image
科室 科别 : dept
病区 病房 : ward
床位 床号 床位号 : bed
医师 医生 大夫 : physician person
护士 : nurse person
药师 : pharmacist person
技师 : technician person
麻醉师 麻醉医师 麻醉医生 : anesthetist person
治疗师 : therapist person
主刀 术者 手术者 : surgeon person
操作员 经办人 人员 : person
人 者 员 : person
工号 职工号 : person code
诊断 : diagnosis
手术 : surgery
操作 : operation
麻醉 : anesthesia
血液 血 : blood
血袋 : bag
血型 : blood type
会诊 : consult
病历 文书 病程 : note
签名 签署 : sign
质控 : qc
护理 : nursing
评估 : assess
体征 : vital
观察 : vital
测量 : measure
监测 : monitor
监护 : monitor
治疗 : treatment
路径 临床路径 : pathway
危急值 危急 危机值 : critical
通知 报警 : notify
处理 处置 : handle
接收 签收 : receive
收到 : receive
采集 采样 采血 抽血 : collect
审核 复核 : verify
核对 : check
核查 : check
发布 发放 : publish
执行 : execute
给药 : administer
发药 调剂 配药 : dispense
转诊 : referral
登记 : register
挂号 : visit register
到检 报到 到达 签到 : arrive
预约 : book
安排 排程 排定 : schedule
号源 : slot
时段 : slot
排队 : queue
叫号 呼叫 : call
消息 : message
推送 : push
支付 缴费 付款 交费 : pay
流水号 序号 编号 号码 号 单号 标识 标识号 主键 : id
结算 : settle
收费 费用 : charge
发票 账单 : bill
金额 总额 : amount
医保 : insurance
账户 账号 : account
渠道 : channel
设备 仪器 : device
系统 : system
登录 : login
访问 : access
审批 : approve
授权 : authorise
接口 : interface
发送 : send
应答 : ack
字典 : dictionary
条目 : entry
数值 取值 测量值 值 : value
单位 : unit
剂量 用量 单次剂量 每次剂量 每次用量 单次用量 : dose
频率 频次 : frequency
途径 给药方式 用药途径 用法途径 : route
用法 服法 : usage
数量 总量 发药量 : quantity
性别 : sex
年龄 : age
出生 生日 : birth
姓名 名字 : name
名称 名 : name
编码 代码 码 编号码 : code
时间 日期 时刻 日时 : time
开始 起始 : start
结束 终止 截止 : end
状态 : status
类型 类别 分类 种类 : type
标志 标识位 标记 是否 : flag
内容 : content
描述 所见 表现 : description
结论 印象 意见 : conclusion
原因 理由 : reason
得分 评分 分数 : score
级别 等级 分级 : grade
位置 地点 : place of
部位 : part
机构 医院 : institution
外部 外院 院外 : external
委外 外送 : outsourced
签约 : contract
协议 : contract
团队 : team
随访 随诊 : followup
问卷 满意度 调查 : survey
投诉 : complaint
宣教 : education
风险 : risk
远程 : tele
导诊 分诊 : triage
配送 : delivery
提示 提醒 : alert
触发 : fire
知识 主题 : topic
主诉 : chief complaint
现病史 : present illness
既往史 病史 : history
体格检查 查体 : physical exam
方式 方法 : mode
归一化 : normal
院区 分院 : campus
部门 : dept
修改 : revise
创建 书写 建立 : create
提交 : submit
入径 : pathway enter
变异 : variance
转运 传送 流转 : transfer
容器 : container
扫码 扫描 : scan
输血 用血 : transfusion
配血 : crossmatch
库存 入库 : stock in
出库 : stock out
献血 捐血 : donate
苏醒 : awake
恢复室 : pacu
进入 入 : enter
入室 : enter room
出室 : leave room
排班 : schedule
查看 阅读 : view
计划 : plan
器械 : instrument
目的 : purpose
送达 : deliver
会话 : session
疾病 : disease
上报 : regulatory
首页 : front
主要 : main
下单 : place
取消 : cancel
确认 : confirm
点评 : comment
提示级别 : severity
坚持 : override
响应 处理结果 : response
完成 : complete
家庭 : home
服务 : service
业务 : business
关联 : reference no
"""

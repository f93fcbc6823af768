"""Names that are habit rather than words: field key, colon, what hospitals call it."""

HABIT_LINES = """
patient_id : 患者ID 病人ID 患者唯一号 patient_no pat_id mrn empi_id 登记号 病案号 card_no 患者主索引
encounter_id : 住院号 就诊号 就诊流水号 住院流水号 就诊ID 门诊号 visit_id visit_no inp_no inpatient_no adm_no admission_no admission_id encounter_no 就诊唯一号 case_no
care_setting : 就诊类型 就诊类别 患者来源 病人来源 患者类型 门诊住院标志 patient_type visit_type patient_source pat_source in_out_flag encounter_type patient_class adm_type
patient_name : 姓名 患者姓名 name pat_name patient_name
sex : 性别 gender sex_code
birth_date : 出生日期 出生年月 dob birthday
order_class : 医嘱类别 医嘱分类 医嘱类型 order_class order_type
order_category : 长期临时标志 长临标志 医嘱期效 long_once_flag order_category 期效
order_item_code : 医嘱项目编码 医嘱编码 医嘱代码 order_code order_item
order_item_name : 医嘱名称 医嘱内容 order_name order_content order_text order_desc
order_no : 医嘱ID 医嘱号 order_id order_no placer_order_no 医嘱序号
ordered_at : 开立时间 开嘱时间 下达时间 医嘱录入时间 order_time order_date order_dt enter_time placed_at
order_start_at : 医嘱开始时间 开始时间 start_time begin_time
ordering_physician_code : 开嘱医生工号 开单医生工号 order_doctor_code doctor_code order_doc_id 医生工号
ordering_physician_name : 开嘱医生 开单医生 order_doctor_name doctor_name doctor 开立医生
executed_at : 执行时间 exec_time execute_time
administered_at : 给药时间 用药时间 give_time
executing_nurse_code : 执行护士工号 执行人工号 exec_nurse_code exec_nurse_id
executing_nurse_name : 执行护士 执行人 执行护士姓名 exec_nurse_name exec_nurse
drug_code : 药品代码 药品ID drug_id med_code
quantity_dispensed : 发药数量 数量 qty dispense_qty drug_amount
dispense_no : 发药单号 发药流水号 dispense_id disp_no
dispensed_at : 发药时间 配药时间 dispense_time dispense_date
prescription_no : 处方号 处方编号 处方ID rx_no recipe_no presc_no prescription_id
prescribed_at : 开方时间 处方时间 处方日期 presc_date prescription_time recipe_time
prescriber_code : 处方医生工号 开方医生工号 prescriber_id
prescriber_name : 处方医生 开方医生 prescriber
review_pharmacist : 审方药师 审核药师 pharmacist review_pharmacist
reviewed_at : 审方时间 审核时间 review_time audit_time
request_no : 申请单号 申请号 申请单编号 apply_no request_id req_no requisition_no apply_id placer_no 申请ID
requested_at : 申请时间 申请日期 开单时间 开立时间 apply_time request_date apply_date requested_date
requesting_physician_code : 申请医生工号 申请医生代码 apply_doctor_code apply_doc_id
requesting_physician_name : 申请医生 开单医生 apply_doctor apply_doctor_name
requesting_dept : 申请科室 开单科室 apply_dept apply_dept_code req_dept
performing_dept : 执行科室 检查科室 exec_dept
lab_item_code : 检验项目代码 检验项目编码 组合项目代码 申请项目代码 test_code item_code lab_code
lab_item_name : 检验项目名称 检验项目 组合项目名称 申请项目名称 test_name item_name lab_name
result_item_code : 项目代码 结果项目代码 检验子项代码 指标代码 分析项目代码 item_code analyte_code sub_item_code
result_item_name : 项目名称 结果项目名称 检验子项名称 指标名称 分析项目 item_name analyte_name sub_item_name
result_value : 结果 检验结果 结果值 定量结果 result test_result value
reference_range : 参考范围 参考值 参考区间 正常值 ref_range normal_range reference
tested_at : 检验时间 检测时间 test_time analysis_time
reported_at : 报告时间 报告日期 report_time report_date
result_reported_at : 结果报告时间 报告时间 result_time report_time
verified_at : 审核时间 审核日期 verify_time audit_time check_time
published_at : 发布时间 发放时间 publish_time release_time issue_time
verifier_code : 审核人工号 审核人代码 verify_code auditor_code
verifier_name : 审核人 审核医生 审核者 verifier auditor audit_name
reporter_code : 报告人工号 报告医生工号 reporter_id report_doctor_code
reporter_name : 报告人 报告医生 reporter report_doctor
report_no : 报告号 报告单号 报告ID report_id rpt_no
specimen_no : 标本号 样本号 条码号 标本条码 样本编号 barcode specimen_id sample_no sample_id tube_no 条形码
specimen_code : 标本代码 标本类型代码 样本类型代码 specimen_type_code sample_type_code
specimen_name : 标本名称 标本 样本名称 样本类型 specimen_type sample_type sample_name
specimen_category : 标本类型 标本类别 样本类型 specimen_type sample_class
collected_at : 采样时间 采集时间 采血时间 collect_time sample_time draw_time
collector : 采集人 采样人 采血人 采集护士 collector collect_nurse
received_at : 接收时间 签收时间 核收时间 receive_time recv_time accept_time
exam_item_code : 检查项目代码 检查项目编码 项目代码 exam_code item_code
exam_item_name : 检查项目名称 检查项目 项目名称 exam_name item_name
body_part : 检查部位 部位 body_site exam_part exam_site
findings : 检查所见 影像所见 所见 exam_finding description
conclusion : 诊断意见 检查结论 印象 影像诊断 impression diagnosis_opinion
performed_at : 检查时间 检查日期 exam_time study_time exam_date
image_uid : 影像号 图像号 检查号 study_uid image_no accession_no study_no
booked_at : 预约时间 登记预约时间 book_time appt_time
scheduled_at : 预约检查时间 安排时间 schedule_time exam_plan_time
arrived_at : 报到时间 到检时间 签到时间 arrive_time checkin_time
diagnosis_name : 诊断 临床诊断 诊断名称 diagnosis diag
diagnosis_code : 诊断代码 ICD编码 诊断ICD icd_code icd10
admitted_at : 入院时间 入院日期 admit_time admission_date in_date
discharged_at : 出院时间 出院日期 discharge_date out_date
discharge_diagnosis_code : 主要诊断编码 出院诊断代码 main_diag_code disch_diag_code
discharge_diagnosis_name : 主要诊断 主要诊断名称 出院诊断 main_diag_name disch_diag_name
discharge_dept : 出院科室 出院科别 discharge_dept out_dept
admission_dept : 入院科室 入院科别 in_dept admission_dept
surgery_code : 手术编码 手术操作编码 主要手术编码 operation_code icd9
surgery_name : 手术名称 手术操作名称 主要手术名称 operation_name
surgery_no : 手术号 手术ID 手术申请单号 operation_id surgery_id
surgeon : 主刀医生 手术医生 术者 surgeon operator_doctor
dept : 科室 科室代码 科室名称 dept_code dept_name department
ward : 病区 病区代码 病区名称 ward_code ward_name
bed_no : 床号 床位 bed_code bed
vital_item_name : 体征名称 体征项目 测量项目 vital_name sign_name
vital_item_code : 体征代码 vital_code sign_code
vital_value : 体征值 测量值 数值 vital_sign_value value sign_value
measured_at : 测量时间 记录时间 measure_time record_time
registration_no : 挂号流水号 挂号单号 挂号ID reg_no register_no regist_id registration_id
visit_registered_at : 挂号时间 挂号日期 reg_time register_time registration_date regist_date
registration_status : 挂号状态 reg_status status
visited_at : 就诊时间 看诊时间 visit_time see_time visit_date
appointment_no : 预约号 预约单号 预约流水号 appt_id appointment_id booking_no order_no
appointment_status : 预约状态 appt_status status
prebooked : 是否预约 预约标志 预约挂号标志 is_appointment appt_flag
slot_start_at : 时段开始时间 预约时段开始 号源开始时间 slot_start begin_time
slot_end_at : 时段结束时间 预约时段结束 slot_end
slot_id : 号源ID 号源号 schedule_slot_id
physician_id : 医生ID 医生工号 医师工号 doctor_id doctor_code
channel : 渠道 来源渠道 办理渠道 预约渠道 预约方式 source_channel channel_code
payment_no : 支付流水号 支付单号 交易流水号 交易号 trade_no pay_no transaction_id pay_id
bill_no : 结算单号 结算流水号 发票号 账单号 settle_no invoice_no
amount : 金额 总金额 支付金额 交易金额 total_fee amount total_amount fee
insured_amount : 医保支付金额 医保金额 统筹支付 insurance_amount medicare_fee
paid_at : 支付时间 交易时间 pay_time trade_time
settled_at : 结算时间 收费时间 settle_time charge_time
payment_method : 支付方式 pay_method pay_type pay_mode
payment_status : 支付状态 交易状态 pay_status trade_status
charge_status : 结算状态 收费状态 charge_status settle_status
own_device : 自有设备标志 手机办理 own_device is_self_device
note_id : 病历ID 文书ID 文书号 病历文书号 note_no doc_id document_id
note_content : 病历内容 文书内容 正文 content doc_content
note_type : 文书类型 病历类型 文书名称 doc_type
medical_history : 病史 既往史 history
created_at : 创建时间 书写时间 create_time
submitted_at : 提交时间 完成时间 submit_time
author : 书写医生 记录医生 书写者 creator author
route : 给药途径 用药途径 给药方式 用法 route admin_route usage_route
usage : 用法 用药说明 usage
frequency : 频次 频率 给药频次 freq
dose : 剂量 单次剂量 每次用量 dosage single_dose
dose_unit : 剂量单位 单位 dosage_unit unit
bag_no : 血袋号 献血码 血袋编码 bag_code blood_bag_no
transfused_at : 输血时间 输血开始时间 transfusion_time
ref_no : 业务单号 关联单号 业务ID biz_no ref_id business_no
external_patient_id : 外院患者ID 外部患者标识 ext_patient_id
dictionary_name : 字典名称 字典类型 字典类别 dict_type dict_name
entry_code : 编码 代码 条目编码 code dict_code
entry_name : 名称 条目名称 name dict_value
user_code : 用户工号 用户账号 操作员工号 操作员 user_id user_code
login_at : 登录时间 login_time
accessed_at : 访问时间 access_time visit_time
sent_at : 发送时间 传送时间 上报时间 send_time sent_time
message_received_at : 接收时间 receive_time recv_time
handled_at : 处理时间 处置时间 handle_time
notified_at : 通知时间 notify_time
acknowledged_at : 接收时间 确认接收时间 ack_time confirm_time
alarmed_at : 报警时间 危急值时间 alarm_time
critical_value : 危急值 危急值结果 危急结果 critical_result
handling_note : 处理意见 处置措施 处理记录 handle_note
order_status : 医嘱状态 order_status status
request_status : 申请单状态 申请状态 apply_status
exam_status : 检查状态 exam_status study_status
"""

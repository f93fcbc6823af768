"""Column names as hospitals' systems write them, and the field each one is.

Every table is made up, in the manner of the views and interface tables of usual systems: Chinese
headings of exports, English abbreviations of database columns. ``-``: a column of no field.
"""

from __future__ import annotations

Table = tuple[str, str, dict[str, str | None]]  # record type, file name, heading -> field


def _read(lines: str) -> tuple[Table, ...]:
    tables: list[Table] = []
    for line in lines.strip().splitlines():
        if not line.startswith(" "):
            record, name = line.split(" | ")
            tables.append((record, name, {}))
            continue
        for pair in line.split():
            heading, field = pair.split("=")
            tables[-1][2][heading] = None if field == "-" else field
    return tuple(tables)


CHINESE: tuple[Table, ...] = _read("""
lab_report | 检验报告_2026Q1.csv
  报告单号=report_no 申请单编号=request_no 条码号=specimen_no 患者ID=patient_id 就诊类别=care_setting
  项目代码=result_item_code 项目名称=result_item_name 检验结果=result_value 参考范围=reference_range
  报告科室=reporting_dept 报告人工号=reporter_code 报告人=reporter_name 审核人工号=verifier_code
  审核人=verifier_name 检测时间=tested_at 报告日期=reported_at 审核时间=verified_at 发布时间=published_at
  仪器型号=-
order | 住院医嘱.xlsx
  病人编号=patient_id 住院号=encounter_id 医嘱编号=order_no 医嘱类别=order_class 长期临时标志=order_category
  医嘱项目代码=order_item_code 医嘱名称=order_item_name 医嘱开始时间=order_start_at 开立时间=ordered_at
  开嘱医生工号=ordering_physician_code 开嘱医生=ordering_physician_name 医嘱状态=order_status 给药方式=route
  用法=usage 药品代码=drug_code
lab_request | 检验申请单.csv
  申请单号=request_no 医嘱号=order_no 患者编号=patient_id 患者来源=care_setting 性别=sex
  检验项目代码=lab_item_code 检验项目名称=lab_item_name 样本号=specimen_no 样本类型代码=specimen_code
  样本类型=specimen_name 申请医生工号=requesting_physician_code 申请医生=requesting_physician_name
  申请科室=requesting_dept 申请单状态=request_status 申请时间=requested_at 采样人=collector
  采样时间=collected_at
exam_report | 检查报告.csv
  报告编号=report_no 检查申请单号=request_no 影像号=image_uid 病人ID=patient_id 姓名=patient_name
  就诊类型=care_setting 年龄=age 出生年月=birth_date 检查项目代码=exam_item_code 检查项目=exam_item_name
  部位=body_part 检查所见=findings 诊断意见=conclusion 申请科室名称=requesting_dept 报告医生=reporter_name
  报告医生工号=reporter_code 审核医生=verifier_name 检查时间=performed_at 报告时间=reported_at
  审核时间=verified_at 检查状态=exam_status
prescription | 门诊处方.csv
  患者唯一号=patient_id 就诊流水号=encounter_id 处方编号=prescription_no 药品编码=drug_code 药品名称=drug_name
  处方类别=prescription_type 单次剂量=dose 剂量单位=dose_unit 用药途径=route 处方医生工号=prescriber_code
  处方医生=prescriber_name 开方时间=prescribed_at 诊断代码=diagnosis_code 诊断名称=diagnosis_name 性别=sex
  出生日期=birth_date 处方状态=prescription_status
drug_dispense | 药房发药记录.csv
  发药流水号=dispense_no 患者ID=patient_id 患者姓名=patient_name 门诊住院标志=care_setting
  处方号=prescription_no 药品代码=drug_code 药品名=drug_name 给药途径=route 频次=frequency 每次用量=dose
  数量=quantity_dispensed 审方药师=review_pharmacist 审方时间=reviewed_at 发药日期=dispensed_at
front_sheet | 病案首页.csv
  患者ID=patient_id 住院流水号=encounter_id 患者姓名=patient_name 性别=sex 出生日期=birth_date
  门诊诊断编码=outpatient_diagnosis_code 门诊诊断名称=outpatient_diagnosis_name 入院日期=admitted_at
  入院科别=admission_dept 出院日期=discharged_at 出院科别=discharge_dept 主要诊断编码=discharge_diagnosis_code
  主要诊断名称=discharge_diagnosis_name 手术操作编码=surgery_code 手术操作名称=surgery_name
registration | 门诊挂号明细.csv
  挂号单号=registration_no 预约流水号=appointment_no 病人ID=patient_id 就诊号=encounter_id 就诊类别=care_setting
  挂号科室=dept 医生工号=physician_id 号源ID=slot_id 来源渠道=channel 是否预约=prebooked
  挂号状态=registration_status 挂号日期=visit_registered_at 报到时间=arrived_at 就诊时间=visited_at
payment | 支付流水.csv
  交易流水号=payment_no 结算单号=bill_no 患者编号=patient_id 支付渠道=channel 费用类别=payment_kind
  支付方式=payment_method 交易金额=amount 支付状态=payment_status 支付时间=paid_at
vital_sign | 体征记录.csv
  患者ID=patient_id 住院号=encounter_id 体征代码=vital_item_code 体征名称=vital_item_name 测量值=vital_value
  测量时间=measured_at
surgery_record | 手术记录.csv
  手术ID=surgery_no 患者ID=patient_id 住院号=encounter_id 手术编码=surgery_code 手术名称=surgery_name 手术经过=-
  主刀医生=surgeon 麻醉方式=anesthesia_method 手术开始时间=surgery_start_at 手术结束时间=surgery_end_at
order_execution | 护理执行记录.csv
  病人ID=patient_id 住院号=encounter_id 医嘱ID=order_no 医嘱内容=order_item_name 药品编码=drug_code
  给药途径=route 执行时间=executed_at 给药时间=administered_at 执行护士工号=executing_nurse_code
  执行护士=executing_nurse_name 护理等级=nursing_level
lab_critical_value | 检验危急值.csv
  申请单号=request_no 报告单号=report_no 患者ID=patient_id 患者类型=care_setting 项目编码=result_item_code
  项目名称=result_item_name 危急值结果=critical_value 报警时间=alarmed_at 通知时间=notified_at
  医生接收时间=acknowledged_at 处理医生=handler 处理意见=handling_note 处理时间=handled_at
transfusion | 输血记录.csv
  患者ID=patient_id 献血码=bag_no 血液品种编码=blood_code 血型=blood_type_code 输血开始时间=transfused_at
""")

ENGLISH: tuple[Table, ...] = _read("""
lab_report | V_LIS_REPORT.csv
  RPT_NO=report_no APPLY_NO=request_no BARCODE=specimen_no PAT_ID=patient_id VISIT_TYPE=care_setting
  ITEM_CODE=result_item_code ITEM_NAME=result_item_name TEST_RESULT=result_value REF_RANGE=reference_range
  REPORT_DEPT_CODE=reporting_dept REPORTER_CODE=reporter_code REPORTER_NAME=reporter_name
  AUDITOR_CODE=verifier_code AUDITOR_NAME=verifier_name TEST_TIME=tested_at REPORT_DT=reported_at
  AUDIT_TIME=verified_at PUBLISH_TIME=published_at
order | t_inpatient_order.parquet
  patientId=patient_id admissionNo=encounter_id orderId=order_no orderType=order_class
  orderItemCode=order_item_code orderItemName=order_item_name orderStartTime=order_start_at orderTime=ordered_at
  orderDoctorCode=ordering_physician_code orderDoctorName=ordering_physician_name orderStatus=order_status
  adminRoute=route drugCode=drug_code
lab_request | LAB_APPLY.csv
  REQ_NO=request_no ORDER_NO=order_no PATIENT_NO=patient_id PATIENT_SOURCE=care_setting GENDER=sex
  TEST_CODE=lab_item_code TEST_NAME=lab_item_name SAMPLE_NO=specimen_no SPECIMEN_CODE=specimen_code
  SPECIMEN_NAME=specimen_name APPLY_DOC_CODE=requesting_physician_code APPLY_DOC_NAME=requesting_physician_name
  APPLY_DEPT=requesting_dept REQ_STATUS=request_status APPLY_TIME=requested_at COLLECT_TIME=collected_at
exam_report | ris_report.csv
  REPORT_ID=report_no REQUEST_ID=request_no STUDY_UID=image_uid PATIENT_ID=patient_id PATIENT_NAME=patient_name
  PATIENT_CLASS=care_setting AGE=age DOB=birth_date EXAM_CODE=exam_item_code EXAM_NAME=exam_item_name
  EXAM_PART=body_part FINDING=findings IMPRESSION=conclusion REQ_DEPT=requesting_dept
  REPORT_DOCTOR=reporter_name VERIFIER=verifier_name EXAM_TIME=performed_at REPORT_TIME=reported_at
  VERIFY_TIME=verified_at
prescription | OP_RECIPE.csv
  PAT_NO=patient_id VISIT_ID=encounter_id RECIPE_NO=prescription_no DRUG_CODE=drug_code DRUG_NAME=drug_name
  PRESC_TYPE=prescription_type DOSAGE=dose DOSAGE_UNIT=dose_unit ADMIN_ROUTE=route DOCTOR_CODE=prescriber_code
  DOCTOR_NAME=prescriber_name PRESC_DATE=prescribed_at DIAG_CODE=diagnosis_code DIAG_NAME=diagnosis_name SEX=sex
drug_dispense | pharmacy_dispense.csv
  DISPENSE_ID=dispense_no PATIENT_ID=patient_id RX_NO=prescription_no MED_CODE=drug_code MED_NAME=drug_name
  FREQ=frequency DISPENSE_QTY=quantity_dispensed PHARMACIST=review_pharmacist REVIEW_TIME=reviewed_at
  DISPENSE_TIME=dispensed_at
discharge | discharge.csv
  PATIENT_ID=patient_id INP_NO=encounter_id NAME=patient_name ADMISSION_DATE=admitted_at
  DISCHARGE_DATE=discharged_at DISCHARGE_DEPT_CODE=discharge_dept MAIN_DIAG_CODE=discharge_diagnosis_code
  MAIN_DIAG_NAME=discharge_diagnosis_name
registration | OUTP_REGISTER.csv
  REG_NO=registration_no APPT_ID=appointment_no PATIENT_ID=patient_id VISIT_NO=encounter_id DEPT_CODE=dept
  DOCTOR_ID=physician_id CHANNEL_CODE=channel REG_STATUS=registration_status REG_TIME=visit_registered_at
  ARRIVE_TIME=arrived_at VISIT_TIME=visited_at
online_appointment | app_appointment.csv
  APPOINTMENT_ID=appointment_no PATIENT_ID=patient_id PATIENT_NAME=patient_name ACCOUNT_ID=account_id
  CHANNEL=channel DEPT_CODE=dept DOCTOR_CODE=physician_id SLOT_ID=slot_id SLOT_START=slot_start_at
  SLOT_END=slot_end_at STATUS=appointment_status CANCEL_TIME=cancelled_at
payment | pay_trade.csv
  TRADE_NO=payment_no INVOICE_NO=bill_no PAT_ID=patient_id PAY_METHOD=payment_method TOTAL_AMOUNT=amount
  PAY_STATUS=payment_status PAY_TIME=paid_at
specimen | LIS_SAMPLE.csv
  SAMPLE_ID=specimen_no REQUISITION_NO=request_no PATIENT_ID=patient_id SAMPLE_TYPE_CODE=specimen_code
  SAMPLE_NAME=specimen_name CONTAINER=container_type COLLECTOR=collector DRAW_TIME=collected_at
  RECV_TIME=received_at
access_log | audit_access.csv
  ACCESS_ID=access_id LOGIN_ID=login_id SYS_CODE=system_code USER_ID=user_code PATIENT_ID=patient_id
  ACCESS_TIME=accessed_at
surgery_request | OPERATION_APPLY.csv
  OPERATION_ID=surgery_no PATIENT_ID=patient_id INP_NO=encounter_id OPERATION_CODE=surgery_code
  OPERATION_NAME=surgery_name SURGEON=surgeon ASSISTANT=assistant_name ANES_METHOD=anesthesia_method
  APPLY_TIME=requested_at
""")

#: Kept aside: written after the word lists and never used to improve them.
KEPT_ASIDE: tuple[Table, ...] = _read("""
exam_request | 检查申请.csv
  申请编号=request_no 医嘱序号=order_no 病人标识号=patient_id 病人姓名=patient_name 病人来源=care_setting
  出生日期=birth_date 检查项目编码=exam_item_code 检查项目名称=exam_item_name 检查部位名称=body_part
  检查目的=exam_purpose 临床诊断=diagnosis_name 诊断编码=diagnosis_code 开单医生代码=requesting_physician_code
  开单医生姓名=requesting_physician_name 开单科室名称=requesting_dept 执行科室名称=performing_dept
  申请日期时间=requested_at
nursing_assessment | 护理评估单.csv
  患者编码=patient_id 住院就诊号=encounter_id 评估人工号=assessor_code 评估护士=assessor_name
  评估项目代码=assessment_item_code 评估项目=assessment_item_name 评估日期=assessed_at
blood_stock | 血库库存.csv
  血袋号=bag_no 血液代码=blood_code 血液名称=blood_item_name 血型代码=blood_type_code 血量=blood_quantity
  单位=blood_unit 献血者编号=donor_code 入库日期=stocked_in_at 出库日期=stocked_out_at
charge | HIS结算.csv
  结算流水号=bill_no 支付订单号=payment_no 患者ID号=patient_id 就诊ID=encounter_id 总金额=amount
  医保支付=insured_amount 结算状态=charge_status 结算日期=settled_at
medical_note | EMR_DOC.csv
  DOC_ID=note_id PATIENT_ID=patient_id ENCOUNTER_ID=encounter_id DOC_TYPE=note_type DOC_CONTENT=note_content
  CHIEF_COMPLAINT=chief_complaint AUTHOR_NAME=author SUBMIT_TIME=submitted_at
anesthesia_record | anesthesia.csv
  SURGERY_ID=surgery_no PATIENT_ID=patient_id PATIENT_NAME=patient_name SURGERY_NAME=surgery_name
  ANESTHESIA_TYPE=anesthesia_method ANESTHESIOLOGIST=anesthetist_name ANESTHESIA_START_TIME=anesthesia_start_at
  PACU_IN_TIME=pacu_entered_at
interface_log | esb_message_log.csv
  MESSAGE_ID=interface_message_id SEND_SYSTEM=sender_system RECEIVE_SYSTEM=receiver_system MSG_TYPE=message_type
  ACK_CODE=ack_code SEND_TIME=sent_at RECEIVE_TIME=message_received_at
discharge | 出院登记.csv
  病人号=patient_id 住院次流水号=encounter_id 病人名=patient_name 入院时间=admitted_at 出院时间=discharged_at
  出院病区=discharge_dept 出院诊断代码=discharge_diagnosis_code 出院诊断名称=discharge_diagnosis_name
""")

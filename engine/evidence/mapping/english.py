"""English words and abbreviations of column names and their concepts."""

ENGLISH_LINES = """
patient pat pt patients pid : patient
patientid patid : patient id
mrn empi : patient id
encounter enc : encounter
encounterid visitid admissionno inpno inpatientno outpno visitno zyh hisid : encounter id
visit vis : visit
admission admit admitted admitting adm : admit
inpatient inp inhosp ip : inpatient
outpatient outp op opd : outpatient
emergency er ed : emergency
discharge discharged disch dis discharging : discharge
order ordered ordering ord orders : order
prescription prescribed prescriber prescribing presc rx recipe : rx
drug medicine medication med pharm : drug
request requested requesting req apply application applied applicant applying app : request
form sheet : form
report reported reporting rpt rep : report
reporter : report person
result results res : result
specimen spec sample smp : specimen
barcode : specimen id
lab laboratory test tested testing : lab
exam examination examine ris : exam
item itm : item
reference ref normal : reference
range rng : range
image img imaged imaging : image
dept department deptment : dept
ward : ward
bed : bed
physician doctor doc dr phys clinician : physician person
nurse nur : nurse person
pharmacist : pharmacist person
operator oper opr user staff emp employee person : person
surgeon : surgeon person
anesthetist anaesthetist anesthesiologist : anesthetist person
therapist : therapist person
assistant : assistant person
collector : collect person
verifier auditor checker approver : verify person
assessor : assess person
performer : execute person
recorder : record person
handler : handle person
author writer : author person
signer : sign person
acquirer : acquire person
diagnosis diag dx icd diagnose : diagnosis
surgery surgical operation : surgery
anesthesia anaesthesia anes anest : anesthesia
blood : blood
bag : bag
consult consultation cons consultant : consult
note document : note
sign signed signature signing : sign
qc : qc
nursing : nursing
assessment assess assessed eval evaluation : assess
vital : vital
measure measured measurement : measure
monitor monitoring : monitor
treatment treat treated treating therapy : treatment
pathway path cp : pathway
critical crit panic : critical
notify notified notification alarm alarmed : notify
handle handled handling process processed : handle
receive received receipt recv rcv receiving : receive
acknowledged acknowledge ack : receive
collect collected collection sampling sampled draw drawn : collect
verify verified verification audit audited auditing approve approved : verify
check checked : check
review reviewed reviewing : review
publish published release released issue issued issuing : publish
execute executed executing exec execution perform performed performing : execute
administer administered administration admin : administer
dispense dispensed dispensing disp : dispense
referral referred : referral
register registered registration reg : register
arrive arrived arrival checkin : arrive
book booked booking appointment appt reserve reserved reservation : book
schedule scheduled sched plan planned : schedule
slot : slot
queue queued enqueued : queue
call called : call
message msg : message
push pushed : push
pay paid payment payed : pay
settle settled settlement : settle
charge fee cost : charge
bill invoice : bill
amount amt money total : amount
insurance insured insur medicare : insurance
account acct : account
channel source : channel
device equipment instrument machine : device
system sys : system
login logon : login
access accessed : access
authorisation authorization authorised authorized : authorise
interface : interface
send sent sender sending : send
dictionary dict : dictionary
entry : entry
value val : value
unit uom : unit
dose dosage : dose
frequency freq : frequency
route : route
usage : usage
quantity qty num count : quantity
sex gender : sex
age : age
birth dob birthday birthdate born : birth time
name nm title : name
code cd : code
no nbr number num id uid key seq sn serial : id
time date datetime dt tm ts at timestamp dttm dtm : time
start started begin : start
end ended finish finished stop : end
status state stat : status
type kind class category cat typ : type
flag flg is ind indicator : flag
content text : content
description desc findings finding : description
conclusion impression : conclusion
reason : reason
score : score
grade level lvl severity : grade
location place site : place of
part position : part
body : body
institution inst org organization organisation : institution
hospital hosp : institution
external ext outside : external
outsourced : outsourced
contract : contract
team : team
followup : followup
survey questionnaire : survey
complaint : complaint
chief : chief
education edu : education
risk : risk
tele telemedicine : tele
triage triaged : triage
delivery delivered : deliver
alert : alert
fired trigger triggered : fire
topic : topic
mode method way : mode
campus branch : campus
revise revised modify modified update updated : revise
create created creation : create
submit submitted : submit
enter entered in : enter
scan scanned : scan
transfusion transfuse transfused : transfusion
crossmatch crossmatched : crossmatch
view viewed : view
cancel cancelled canceled : cancel
confirm confirmed : confirm
answer answered : answer
response responded : response
complete completed : complete
front : front
main principal primary : main
transfer status_changed : transfer
channel : channel
"""

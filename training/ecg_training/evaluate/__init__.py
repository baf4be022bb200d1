"""The scorer behind `ecg-train evaluate`: one module a question, each a map over records and a sum.

qrs    are the beats found, where, how soon          (EC57 as `bxb` applies it)
hr     is the heart rate right
af     is atrial fibrillation told from everything else
noise  how much noise is borne, and is it noticed
beats  are the beats named right by the whole appliance; what else is asked about names:
       predictions (of trained runs), calibration, quantization; bundles and namers say whose
       names, naming_tables how it is told
"""

"""The symbols of MIT annotation files and the numbers that stand for them (`ecgcodes.h`)."""

NOT_QRS, NOTE = 0, 22
LAST_CODE = 49  # 42-49 are for the annotator to define
SKIP, NUM, SUB, CHN, AUX = 59, 60, 61, 62, 63  # not annotations, but what goes with one

SYMBOL_OF = {
    1: "N",  # normal beat
    2: "L",  # left bundle branch block
    3: "R",  # right bundle branch block
    4: "a",  # aberrated atrial premature
    5: "V",  # premature ventricular contraction
    6: "F",  # fusion of ventricular and normal
    7: "J",  # nodal premature
    8: "A",  # atrial premature
    9: "S",  # premature or ectopic supraventricular
    10: "E",  # ventricular escape
    11: "j",  # nodal escape
    12: "/",  # paced
    13: "Q",  # unclassifiable
    14: "~",  # signal quality change
    16: "|",  # isolated QRS-like artefact
    18: "s",  # ST change
    19: "T",  # T-wave change
    20: "*",  # systole
    21: "D",  # diastole
    NOTE: '"',  # comment
    23: "=",  # measurement
    24: "p",  # P-wave peak
    25: "B",  # bundle branch block, unspecified
    26: "^",  # non-conducted pacer spike
    27: "t",  # T-wave peak
    28: "+",  # rhythm change
    29: "u",  # U-wave peak
    30: "?",  # learning
    31: "!",  # ventricular flutter wave
    32: "[",  # start of ventricular flutter or fibrillation
    33: "]",  # end of it
    34: "e",  # atrial escape
    35: "n",  # supraventricular escape
    36: "@",  # link to other data
    37: "x",  # non-conducted P wave
    38: "f",  # fusion of paced and normal
    39: "(",  # waveform onset
    40: ")",  # waveform end
    41: "r",  # R-on-T premature ventricular contraction
}
CODE_OF = {symbol: code for code, symbol in SYMBOL_OF.items()}

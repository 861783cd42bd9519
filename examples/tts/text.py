"""Text front end: hiragana, katakana or romaji to phoneme ids, with a first guess of each phoneme's length in frames."""
import re
import unicodedata

import numpy as np

PHONEMES = ["_", " ", "N", "Q", "-",
            "a", "i", "u", "e", "o",
            "k", "g", "s", "z", "t", "d", "n", "h", "b", "p", "m", "y", "r", "w", "f", "v", "j", "ch", "sh", "ts"]
IDS = {phoneme: index for index, phoneme in enumerate(PHONEMES)}
VOWELS = "aiueo"
FRAMES = {"vowel": 4.0, "consonant": 2.0, "pause": 3.0}
IRREGULAR = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "di": "ji", "du": "zu", "wo": "o"}


def romaji(text):
    """Kana are read from their Unicode names ('HIRAGANA LETTER KA'), so that no table of them is needed."""
    syllables = []
    for char in unicodedata.normalize("NFKC", text.lower()):
        name = unicodedata.name(char, "")
        kana = re.fullmatch(r"(?:HIRAGANA|KATAKANA) LETTER (SMALL )?(\w+)", name)
        if kana is None:
            syllables.append("-" if "PROLONGED SOUND" in name else char)
        elif kana[2] == "TU" and kana[1]:
            syllables.append("Q")
        elif kana[2] == "N":
            syllables.append("N")
        elif kana[1] and syllables and syllables[-1].endswith("i"):
            syllables[-1] = re.sub(r"(?<=sh|ch)y|(?<=j)y", "", syllables[-1][:-1] + kana[2].lower())
        else:
            syllables.append(IRREGULAR.get(kana[2].lower(), kana[2].lower()))
    return "".join(syllables)


def phonemes(text):
    spelled = re.sub(r"([kgsztdhbpmrcfj])\1", r"Q\1", romaji(text))
    spelled = re.sub(r"n(?![aiueoy])", "N", spelled)
    return re.findall(r"ch|sh|ts|[aiueokgsztdnhbpmyrwfvjNQ -]", spelled)


def durations(symbols):
    """Frames of each phoneme as float32; a phrase's last phoneme is drawn out."""
    frames = np.array([FRAMES["vowel" if s in VOWELS else "pause" if s in " Q-" else "consonant"] for s in symbols], dtype=np.float32)
    last = np.array([following == " " for following in symbols[1:] + [" "]])
    return np.where(last, frames * 1.5, frames)


def batch(sentences):
    """Ids [B, T] (int64, 0 is padding), lengths [B] (int64) and durations [B, T] (float32, frames) of sentences of different length."""
    spelled = [phonemes(sentence) for sentence in sentences]
    lengths = np.array([len(symbols) for symbols in spelled], dtype=np.int64)
    ids = np.zeros((len(spelled), lengths.max()), dtype=np.int64)
    frames = np.zeros(ids.shape, dtype=np.float32)
    for row, symbols in enumerate(spelled):
        ids[row, :len(symbols)] = [IDS[symbol] for symbol in symbols]
        frames[row, :len(symbols)] = durations(symbols)
    return ids, lengths, frames

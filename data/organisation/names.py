"""Given and family names, mixed at random: a name says nothing about anybody's function, level or ethnicity."""

from __future__ import annotations

import unicodedata

_WOMEN = """
Adaeze Ama Amélie Ana Anjali Ayşe Beatriz Chiara Chiamaka Dalia Elif Eszter Fatima Freya Grace Hana
Hyejin Ines Ingrid Jasmine Joana Kalani Leilani Lena Linh Luz Mahsa Malia Mei Mireille Nadia Naledi
Nan Niamh Noor Olga Paloma Priya Rivka Rosa Ruth Saoirse Šárka Shira Sofía Svetlana Tamar Tuyết
Wanjiru Xiomara Yara Yuki Zainab Zoë
"""
_MEN = """
Aarav Abdou Ahmed Anton Arjun Björn Chidi Ciarán Daniel Diego Dmitri Emeka Ethan Farid Felipe Gábor
Hamza Haruto Hugo Ibrahim Ivo Jakub Jamal João José Kaveh Kenji Kofi Kwame Liam Łukasz Mateo Minh
Mohammed Moritz Nikos Oisín Omar Pavel Rafael Ravi Samir Seung Søren Tendai Thabo Tomás Tunde Viktor
Wei Yannick Yusuf Zoltán Zuberi
"""
_EITHER = """
Alex Ari Charlie Dana Eden Jordan Kai Kim Noa Remi Robin Sacha Sam Shay Sunny Tal
"""
_FAMILIES = """
Abara, Adeyemi, Aguilar, Al-Amin, Andersson, Antonescu, Asante, Bakker, Banerjee, Beaumont, Ben
Salah, Bielak, Campbell, Castellanos, Chaudhry, Chen, Cruz, D'Angelo, Dabrowski, Dang, de la Cruz,
Demir, Desai, Diallo, Dubois, Egede, El-Sayed, Ferreira, Fitzgerald, Fujita, Galvão, García Peña,
Ghorbani, Greene, Gunawardena, Haddad, Haile, Hansen, Hoàng, Horvat, Ivanova, Jansen, Jónsdóttir,
Kamau, Kaplan, Kapoor, Kariuki, Kovačević, Kowalczyk, Lindqvist, Lopes, Machado, Mahlangu, Maric,
Mbeki-Ross, McAllister, Mensah, Moreau, Müller, N'Diaye, Nakamura, Ng, Nguyễn, Novák, Nowak,
O'Brien, O'Shea, Okafor, Okonkwo, Olsen, Ortiz, Osei, Papadaki, Park, Patel, Pereira, Popescu,
Qureshi, Rahman, Rao, Reyes, Rossi, Saito, Santos, Schäfer, Shapiro, Silva, Singh, Søndergaard,
Suzuki, Tanaka, Tran, Traoré, Tūhoe, van den Berg, Varga, Wang, Washington, Whitfield, Yılmaz,
Yamamoto, Zhang, Żak, Zulu
"""
GIVEN = {"woman": _WOMEN.split(), "man": _MEN.split(), "either": _EITHER.split()}
FAMILY = [" ".join(name.split()) for name in _FAMILIES.split(",")]
AWKWARD = (
    ("woman", "Okafor, Ngozi"),
    ("man", "Smith, Jr., Alan"),
    ("woman", 'Ana "Nita" Reyes'),
    ("woman", "Ines Null"),
    ("man", "Sam O'Brien–D'Angelo"),
    ("woman", "Indah"),
    ("woman", "Åsa Öberg-Ñuñez"),
    ("man", "Robin <Rob> Test & Sons"),
    ("man", "-Kai Zero"),
    ("man", "محمد Haddad"),
)
"""Legal names that naive readers and pages break on: commas, quotes, a dash in front, one name only, two scripts."""

_UNFOLDED = str.maketrans({"Ł": "L", "ł": "l", "ø": "o", "Ø": "O", "ı": "i", "ß": "ss", "đ": "d"})


def ascii_text(text: str) -> str:
    """Plain lower-case letters of a name, for an address.

    >>> ascii_text("Søren Żak"), ascii_text("N'Diaye")
    ('sorenzak', 'ndiaye')
    """
    plain = unicodedata.normalize("NFKD", text.translate(_UNFOLDED))
    return "".join(c for c in plain if c.isascii() and c.isalpha()).lower()


def addresses(names: list[str]) -> list[str]:
    """One address each, initial and last word; the second holder of an address gets a number.

    >>> addresses(["Ana Silva", "Aarav Silva", "Okafor, Ngozi"])
    ['a.silva@example.org', 'a.silva2@example.org', 'n.okafor@example.org']
    """
    seen: dict[str, int] = {}
    made = []
    for name in names:
        words = (" ".join(reversed(name.split(", ", 1)))).split()
        plain = [w for w in (ascii_text(word) for word in words) if w] or ["person"]
        local = f"{plain[0][0]}.{plain[-1]}" if len(plain) > 1 else plain[0]
        seen[local] = seen.get(local, 0) + 1
        made.append(f"{local}{seen[local] if seen[local] > 1 else ''}@example.org")
    return made

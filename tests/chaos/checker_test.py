#!/usr/bin/env python3
"""The checker must see each kind of failure: a harness that can't be red proves nothing."""
import copy
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from checker import Found, Sent, compare  # noqa: E402

ADA, BOB, EVE = "ada@example.test", "bob@other.test", "eve@elsewhere.example"
SENT = [
    Sent("1", "mail", "x@outside.example", "d1", [ADA, BOB], [EVE], [], "acked"),
    Sent("2", "mail", ADA, "d2", [BOB], [], ["gone@elsewhere.example"], "acked"),
    Sent("3", "mail", "", "d3", [ADA], [], [], "unknown"),
    Sent("4", "append", ADA, "d4", [ADA], [], [], "acked"),
    Sent("5", "mail", "", "d5", [BOB], [], [], "refused"),
]
BOXES = {ADA: [Found("1", "d1"), Found("2", "", "report"), Found("4", "d4", "append")], BOB: [Found("1", "d1"), Found("2", "d2")]}
HOP = [("1", EVE)]


class Checker(unittest.TestCase):
    def findings(self, change=lambda sent, boxes, hop: None, deaths=0):
        sent, boxes, hop = copy.deepcopy((SENT, BOXES, HOP))
        change(sent, boxes, hop)
        return {name for name, found in compare(sent, boxes, hop, deaths).items() if found}

    def test_all_is_well(self):
        self.assertEqual(self.findings(), set())

    def test_an_unknown_message_may_have_arrived_once(self):
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].append(Found("3", "d3"))), set())
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].extend([Found("3", "d3")] * 2)), {"duplicate"})

    def test_a_lost_copy(self):
        self.assertEqual(self.findings(lambda s, b, h: b[BOB].pop()), {"lost"})
        self.assertEqual(self.findings(lambda s, b, h: h.pop()), {"lost"})

    def test_a_second_copy(self):
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].append(Found("1", "d1"))), {"duplicate"})
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].append(Found("2", "", "report"))), {"duplicate"})

    def test_a_second_copy_at_the_next_hop_needs_a_death(self):
        self.assertEqual(self.findings(lambda s, b, h: h.append(h[0])), {"relayed_twice"})
        self.assertEqual(self.findings(lambda s, b, h: h.append(h[0]), deaths=1), set())

    def test_other_octets(self):
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].__setitem__(0, Found("1", "dX"))), {"corrupt"})

    def test_somebody_elses_mail(self):
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].append(Found("2", "d2"))), {"misplaced"})

    def test_mail_that_nobody_sent(self):
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].append(Found("9", "d9"))), {"ghost"})
        self.assertEqual(self.findings(lambda s, b, h: h.append(("9", EVE))), {"ghost"})

    def test_refused_and_there(self):
        self.assertEqual(self.findings(lambda s, b, h: b[BOB].append(Found("5", "d5"))), {"refused"})

    def test_a_bounce_that_nobody_was_told(self):
        self.assertEqual(self.findings(lambda s, b, h: b[ADA].pop(1)), {"unreported"})


if __name__ == "__main__":
    unittest.main()

"""sync-collection (RFC 6578), calendar-query and calendar-multiget (RFC 4791 §7.8, §7.9)."""
import unittest

from dav_support import CALDAV, DAV, PREFIXES, DavTest, event


class Sync(DavTest):
    def sync(self, token="", limit=""):
        return self.client.report(self.calendar, f"<sync-collection {PREFIXES}><sync-token>{token}</sync-token><sync-level>1</sync-level>{limit}"
                                                 "<prop><getetag/></prop></sync-collection>", depth=0)

    def names(self, answer):
        return {href.rsplit("/", 1)[1]: status for href, (status, _) in answer.responses().items()}

    def test_changes_and_deletions_are_told_once(self):
        start = self.sync().xml.find(DAV + "sync-token").text
        self.put("a.ics", event("a"))
        self.put("b.ics", event("b"))
        first = self.sync(start)
        self.assertEqual(self.names(first), {"a.ics": None, "b.ics": None})
        token = first.xml.find(DAV + "sync-token").text
        self.client.ask("DELETE", self.calendar + "a.ics")
        self.put("b.ics", event("b", "20260401T100000Z"))
        self.put("c.ics", event("c"))
        second = self.sync(token)
        self.assertEqual(self.names(second), {"a.ics": 404, "b.ics": None, "c.ics": None})
        last = second.xml.find(DAV + "sync-token").text
        self.assertEqual(self.names(self.sync(last)), {})
        self.assertEqual(self.names(self.sync()), {"b.ics": None, "c.ics": None})
        listed = self.client.propfind(self.calendar, "<sync-token/>").responses()[self.calendar][1]
        self.assertEqual(listed[DAV + "sync-token"].text, last)

    def test_bad_tokens_are_refused(self):
        for token in ("x", "urn:skybridge:sync:1:1:99999999", "http://example.test/1", "urn:skybridge:sync:7:1:1"):
            answer = self.sync(token)
            self.assertEqual((answer.status, answer.error()), (403, DAV + "valid-sync-token"))

    def test_a_limit_truncates_and_the_token_goes_on(self):
        for number in range(5):
            self.put(f"{number}.ics", event(str(number)))
        token, seen = "", []
        for _ in range(5):
            answer = self.sync(token, "<limit><nresults>2</nresults></limit>")
            token = answer.xml.find(DAV + "sync-token").text
            responses = answer.responses()
            truncated = responses.pop(self.calendar, (None,))[0] == 507
            seen += [href.rsplit("/", 1)[1] for href in responses]
            if not truncated:
                break
        self.assertEqual(seen, [f"{number}.ics" for number in range(5)])


class Query(DavTest):
    def query(self, inner, data=""):
        return self.client.report(self.calendar, f"<C:calendar-query {PREFIXES}><prop><getetag/>{data}</prop><C:filter><C:comp-filter name='VCALENDAR'>{inner}"
                                                 "</C:comp-filter></C:filter></C:calendar-query>")

    def names(self, inner):
        return sorted(href.rsplit("/", 1)[1] for href in self.query(inner).responses())

    def setUp(self):
        super().setUp()
        self.put("march.ics", event("march", "20260302T100000Z"))
        self.put("april.ics", event("april", "20260402T100000Z"))
        self.put("daily.ics", event("daily", "20200101T090000Z", "RRULE:FREQ=DAILY\r\nEXDATE:20260310T090000Z\r\n"))
        self.put("task.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:task\r\nDUE:20260303T100000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")

    def time(self, start, end, component="VEVENT"):
        return f"<C:comp-filter name='{component}'><C:time-range start='{start}' end='{end}'/></C:comp-filter>"

    def test_time_ranges(self):
        self.assertEqual(self.names(self.time("20260301T000000Z", "20260401T000000Z")), ["daily.ics", "march.ics"])
        self.assertEqual(self.names(self.time("20260302T110000Z", "20260302T120000Z")), [])
        self.assertEqual(self.names(self.time("20260310T080000Z", "20260310T110000Z")), [])
        self.assertEqual(self.names(self.time("20260301T000000Z", "20260401T000000Z", "VTODO")), ["task.ics"])
        self.assertEqual(self.names("<C:comp-filter name='VEVENT'><C:time-range start='20260315T000000Z'/></C:comp-filter>"), ["april.ics", "daily.ics"])

    def test_components_properties_and_text(self):
        self.assertEqual(self.names("<C:comp-filter name='VTODO'/>"), ["task.ics"])
        self.assertEqual(self.names("<C:comp-filter name='VTODO'><C:is-not-defined/></C:comp-filter>"), ["april.ics", "daily.ics", "march.ics"])
        self.assertEqual(self.names(""), ["april.ics", "daily.ics", "march.ics", "task.ics"])
        text = "<C:comp-filter name='VEVENT'><C:prop-filter name='SUMMARY'><C:text-match{}>TEST M</C:text-match></C:prop-filter></C:comp-filter>"
        self.assertEqual(self.names(text.format("")), ["march.ics"])
        self.assertEqual(self.names(text.format(" collation='i;octet'")), [])

    def test_data_and_expansion(self):
        inner = self.time("20260309T000000Z", "20260312T000000Z")
        whole = self.query(inner, "<C:calendar-data/>").responses()[self.calendar + "daily.ics"][1]
        self.assertIn("RRULE", whole[CALDAV + "calendar-data"].text)
        spread = self.query(inner, "<C:calendar-data><C:expand start='20260309T000000Z' end='20260312T000000Z'/></C:calendar-data>")
        text = spread.responses()[self.calendar + "daily.ics"][1][CALDAV + "calendar-data"].text
        self.assertNotIn("RRULE", text)
        self.assertEqual(text.count("BEGIN:VEVENT"), 2)

    def test_filters_that_make_no_sense(self):
        answer = self.client.report(self.calendar, f"<C:calendar-query {PREFIXES}><prop><getetag/></prop></C:calendar-query>")
        self.assertEqual((answer.status, answer.error()), (403, CALDAV + "valid-filter"))
        answer = self.query("<C:comp-filter name='VEVENT'><C:prop-filter name='SUMMARY'><C:text-match collation='i;x'>a</C:text-match></C:prop-filter></C:comp-filter>")
        self.assertEqual(answer.error(), CALDAV + "supported-collation")
        answer = self.client.report(self.calendar, "<x xmlns='urn:nobody'/>")
        self.assertEqual((answer.status, answer.error()), (403, DAV + "supported-report"))

    def test_multiget(self):
        hrefs = [self.calendar + "march.ics", self.calendar + "gone.ics", "/dav/calendars/999999/default/x.ics", "/dav/../x", self.calendar + "%2e%2e/x",
                 f"https://{self.client.url.netloc}{self.calendar}april.ics"]
        body = "".join(f"<href>{href}</href>" for href in hrefs)
        answer = self.client.report(self.calendar, f"<C:calendar-multiget {PREFIXES}><prop><getetag/><C:calendar-data/></prop>{body}</C:calendar-multiget>")
        found = answer.responses()
        self.assertIn("UID:march", found[self.calendar + "march.ics"][1][CALDAV + "calendar-data"].text)
        self.assertIn(self.calendar + "april.ics", found)
        for href in hrefs[1:5]:
            self.assertEqual(found[href][0], 404, href)


if __name__ == "__main__":
    unittest.main()

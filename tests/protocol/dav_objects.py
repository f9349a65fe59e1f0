"""PUT, GET, DELETE and their conditions (RFC 4791 §5.3.2, RFC 9110 §13). [rfc4791:5.2]"""
import unittest

from dav_support import CALDAV, DAV, PREFIXES, DavTest, event


class Objects(DavTest):
    def test_what_is_put_comes_back_byte_for_byte(self):
        body = event("a", more="DESCRIPTION:Grüße\\, \U0001F600\r\nX-THING;X-P=\"a;b\":c\r\n")
        made = self.put("a.ics", body)
        self.assertEqual(made.status, 201)
        got = self.client.ask("GET", self.calendar + "a.ics")
        self.assertEqual(got.status, 200)
        self.assertEqual(got.body.decode(), body)
        self.assertEqual(got.headers["etag"], made.headers["etag"])
        self.assertTrue(got.headers["content-type"].startswith("text/calendar"))
        head = self.client.ask("HEAD", self.calendar + "a.ics")
        self.assertEqual((head.status, head.body, head.headers["etag"]), (200, b"", made.headers["etag"]))

    def test_the_same_bytes_keep_etag_and_ctag(self):
        first = self.put("a.ics", event("a"))
        ctag = self.ctag()
        again = self.put("a.ics", event("a"))
        self.assertEqual((again.status, again.headers["etag"]), (204, first.headers["etag"]))
        self.assertEqual(self.ctag(), ctag)
        changed = self.put("a.ics", event("a", "20260401T100000Z"))
        self.assertEqual(changed.status, 204)
        self.assertNotEqual(changed.headers["etag"], first.headers["etag"])
        self.assertNotEqual(self.ctag(), ctag)

    def ctag(self):
        return self.client.propfind(self.calendar, "<S:getctag/>").responses()[self.calendar][1]["{http://calendarserver.org/ns/}getctag"].text

    def test_conditions_of_writes(self):
        etag = self.put("a.ics", event("a"), If_None_Match="*").headers["etag"]
        self.assertEqual(self.put("a.ics", event("a", "20260401T100000Z"), If_None_Match="*").status, 412)
        self.assertEqual(self.put("a.ics", event("a", "20260401T100000Z"), If_Match='"other"').status, 412)
        self.assertEqual(self.put("b.ics", event("b"), If_Match="*").status, 412)
        self.assertEqual(self.put("a.ics", event("a", "20260401T100000Z"), If_Match=f'"x", {etag}').status, 204)
        self.assertEqual(self.client.ask("DELETE", self.calendar + "a.ics", If_Match=etag).status, 412)
        self.assertEqual(self.put("a.ics", event("a"), If_Match="nonsense").status, 400)

    def test_conditions_of_reads(self):
        etag = self.put("a.ics", event("a")).headers["etag"]
        self.assertEqual(self.client.ask("GET", self.calendar + "a.ics", If_None_Match=etag).status, 304)
        self.assertEqual(self.client.ask("GET", self.calendar + "a.ics", If_Match='"other"').status, 412)

    def test_delete_is_once(self):
        self.put("a.ics", event("a"))
        self.assertEqual(self.client.ask("DELETE", self.calendar + "a.ics").status, 204)
        self.assertEqual(self.client.ask("DELETE", self.calendar + "a.ics").status, 404)
        self.assertEqual(self.client.ask("GET", self.calendar + "a.ics").status, 404)

    def test_names_may_be_anything_a_segment_can_be(self):
        for name in ("a%20b.ics", "%C3%A4.ics", "100%25.ics", "a&b.ics", "a@b+c=d.ics", "%3Cx%3E.ics"):
            self.assertEqual(self.put(name, event(name.replace("%", "-"))).status, 201, name)
            self.assertEqual(self.client.ask("GET", self.calendar + name).status, 200, name)
        listed = self.client.propfind(self.calendar, "<getetag/>", depth=1).responses()
        self.assertEqual(len(listed), 7)
        for href in listed:
            if href != self.calendar:
                self.assertEqual(self.client.ask("GET", href).status, 200, href)

    def test_bad_objects_are_refused_by_precondition(self):
        one = event("a")
        table = [
            ("valid-calendar-data", ""), ("valid-calendar-data", "hello"), ("valid-calendar-data", one[:-20]),
            ("valid-calendar-data", one.replace("DTSTART:2026", "DTSTART:x026")),
            ("valid-calendar-object-resource", one.replace("PRODID", "METHOD:REQUEST\r\nPRODID")),
            ("valid-calendar-object-resource", one.replace("UID:a\r\n", "")),
            ("valid-calendar-object-resource", one.replace("END:VCALENDAR\r\n", event("b").split("EN\r\n")[1])),
            ("supported-calendar-component", one.replace("VEVENT", "VFREEBUSY")),
            ("max-instances", event("a", more="RRULE:FREQ=SECONDLY;COUNT=2000000000\r\n")),
            ("max-attendees-per-instance", event("a", more="ATTENDEE:mailto:x@example.test\r\n" * 501)),
            ("max-resource-size", event("a", more="DESCRIPTION:" + "x" * (1 << 20) + "\r\n")),
        ]
        for precondition, body in table:
            answer = self.put("a.ics", body)
            self.assertEqual((answer.status, answer.error()), (403, CALDAV + precondition), body[:80])
        self.assertEqual(self.client.ask("GET", self.calendar + "a.ics").status, 404)

    def test_other_media_types_are_refused(self):
        answer = self.client.ask("PUT", self.calendar + "a.ics", event("a"), Content_Type="text/html")
        self.assertEqual((answer.status, answer.error()), (403, CALDAV + "supported-calendar-data"))

    def test_a_uid_is_used_once(self):
        self.put("a.ics", event("same"))
        answer = self.put("b.ics", event("same"))
        self.assertEqual((answer.status, answer.error()), (403, CALDAV + "no-uid-conflict"))
        self.assertEqual(answer.xml[0].find(DAV + "href").text, self.calendar + "a.ics")

    def test_put_needs_a_calendar(self):
        self.assertEqual(self.client.ask("PUT", self.home + "nowhere/a.ics", event("a"), Content_Type="text/calendar").status, 409)
        self.assertEqual(self.client.ask("PUT", self.calendar, event("a"), Content_Type="text/calendar").status, 405)


class Calendars(DavTest):
    def test_mkcalendar_with_properties(self):
        path = self.calendar[:-1] + "-tasks/"
        body = (f"<C:mkcalendar {PREFIXES}><set><prop><displayname>Tasks &amp; more</displayname><A:calendar-color>#FF2968FF</A:calendar-color>"
                '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set></prop></set></C:mkcalendar>')
        self.assertEqual(self.client.ask("MKCALENDAR", path, body).status, 201)
        found = self.client.propfind(path, "<displayname/><A:calendar-color/>").responses()[path][1]
        self.assertEqual(found[DAV + "displayname"].text, "Tasks & more")
        self.assertEqual(self.client.ask("MKCALENDAR", path).status, 405)
        refused = self.client.ask("PUT", path + "a.ics", event("a"), Content_Type="text/calendar")
        self.assertEqual((refused.status, refused.error()), (403, CALDAV + "supported-calendar-component"))
        self.assertEqual(self.client.ask("DELETE", path).status, 204)
        self.assertEqual(self.client.propfind(path, "<displayname/>").status, 404)

    def test_extended_mkcol(self):
        path = self.calendar[:-1] + "-col/"
        body = f"<mkcol {PREFIXES}><set><prop><resourcetype><collection/><C:calendar/></resourcetype><displayname>Col</displayname></prop></set></mkcol>"
        self.assertEqual(self.client.ask("MKCOL", path, body).status, 201)
        self.assertEqual(self.client.ask("DELETE", path).status, 204)
        self.assertEqual(self.client.ask("MKCOL", path).status, 403)
        self.assertEqual(self.client.ask("MKCALENDAR", self.calendar + "inside").status, 403)

    def test_proppatch_is_all_or_nothing(self):
        def patch(props):
            return self.client.ask("PROPPATCH", self.calendar, f"<propertyupdate {PREFIXES}><set><prop>{props}</prop></set></propertyupdate>")

        answer = patch('<displayname>New</displayname><q:own xmlns:q="urn:q"><q:inner>1</q:inner></q:own>')
        self.assertEqual(answer.status, 207)
        found = self.client.propfind(self.calendar, '<displayname/><q:own xmlns:q="urn:q"/>').responses()[self.calendar][1]
        self.assertEqual(found[DAV + "displayname"].text, "New")
        self.assertEqual(found["{urn:q}own"][0].text, "1")
        answer = patch("<displayname>Newer</displayname><getetag>x</getetag>")
        statuses = sorted(status.text.split()[1] for status in answer.xml.iter(DAV + "status"))
        self.assertEqual(statuses, ["403", "424"])
        found = self.client.propfind(self.calendar, "<displayname/>").responses()[self.calendar][1]
        self.assertEqual(found[DAV + "displayname"].text, "New")

    def test_allprop_and_propname(self):
        self.put("a.ics", event("a"))
        everything = self.client.ask("PROPFIND", self.calendar, Depth=1).responses()
        self.assertIn(DAV + "getetag", everything[self.calendar + "a.ics"][1])
        names = self.client.ask("PROPFIND", self.calendar, f"<propfind {PREFIXES}><propname/></propfind>", Depth=0).responses()
        self.assertIn(DAV + "sync-token", names[self.calendar][1])

    def test_home_and_principal_stay(self):
        self.assertEqual(self.client.ask("DELETE", self.home).status, 403)
        self.assertEqual(self.client.ask("MKCALENDAR", self.home).status, 405)


if __name__ == "__main__":
    unittest.main()

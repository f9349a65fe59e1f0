"""What must be refused: bombs, deep nesting, climbing paths, other people's data (contract S56 to S58)."""
import socket
import ssl
import unittest

from dav_support import DAV, PREFIXES, Client, DavTest, event

PATHS = ["/dav/calendars/{account}/../{account}/", "/dav/%2e%2e/etc/passwd", "/dav/calendars/{account}/%2e%2e/x", "/dav/calendars/{account}/a%2fb/c.ics",
         "/dav/calendars/{account}/a%2Fb", "/dav/calendars/{account}/a%00b/c.ics", "/dav/calendars/{account}/%", "/dav/calendars/{account}/%zz",
         "/dav/calendars/{account}/a%5cb", "/dav/calendars/{account}/%ff", "/dav/calendars/{account}/%c0%ae%c0%ae/x", "/dav//calendars/{account}/",
         "/dav/calendars//{account}/", "/dav/calendars/{account}/./x", "/dav/calendars/{account}/a/b/c/d", "/dav/calendars/{account}/%0d%0aX:y/z",
         "/dav/calendars/{account}/" + "a" * 300, "/dav/calendars/0/", "/dav/calendars/-1/", "/dav/calendars/+{account}/", "/dav/calendars/0{account}/",
         "/dav/calendars/99999999999999999999999/", "/dav/Calendars/{account}/", "/etc/passwd", "/dav/principals/{account}/x"]


class Hostile(DavTest):
    def test_xml_bombs_and_junk(self):
        bomb = "<!DOCTYPE a [" + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(10)) + "]>"
        bodies = [bomb + f"<propfind {PREFIXES}><prop><displayname>&e9;</displayname></prop></propfind>",
                  '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "<propfind", "<propfind xmlns='DAV:'><prop></propfind>", "\x00", "junk",
                  "<a>" * 65 + "</a>" * 65, "<a>" * 50_000, "<propfind xmlns='DAV:'><b:prop/></propfind>"]
        for body in bodies:
            for method in ("PROPFIND", "REPORT", "PROPPATCH"):
                answer = self.client.ask(method, self.calendar, body, Depth=0, Content_Type="application/xml")
                self.assertEqual(answer.status, 400, (method, body[:60]))

    def test_too_much_xml(self):
        answer = self.client.ask("PROPFIND", self.calendar, f"<propfind {PREFIXES}><prop>" + "<x/>" * 250_000 + "</prop></propfind>", Depth=0)
        self.assertEqual(answer.status, 413)
        self.assertEqual(self.client.ask("OPTIONS", "/dav/").status, 200)

    def test_oversized_bodies(self):
        try:
            answer = self.client.ask("PUT", self.calendar + "a.ics", b"x" * (11 << 20), Content_Type="text/calendar")
            self.assertEqual(answer.status, 413)
        except OSError:
            pass  # the connection may end before all was sent
        self.client.close()
        self.assertEqual(self.client.ask("OPTIONS", "/dav/").status, 200)

    def test_paths_do_not_climb(self):
        account = self.home.rstrip("/").rsplit("/", 1)[1]
        for template in PATHS:
            path = template.format(account=account)
            for method in ("GET", "PUT", "DELETE", "PROPFIND", "MKCALENDAR", "REPORT"):
                body = event("a") if method == "PUT" else None
                status = self.client.ask(method, path, body, Depth=0, Content_Type="text/calendar").status
                self.assertIn(status, (400, 404), (method, path))

    def test_other_accounts_look_like_nothing(self):
        self.put("a.ics", event("a"))
        other = Client(account=1)
        for path in (self.home, self.calendar, self.calendar + "a.ics", self.home.replace("calendars", "principals")):
            missing = path.replace("/calendars/", "/calendars/9").replace("/principals/", "/principals/9")
            for method in ("GET", "HEAD", "PUT", "DELETE", "PROPFIND", "PROPPATCH", "MKCALENDAR", "MKCOL", "REPORT"):
                body = event("b") if method == "PUT" else None
                one = other.ask(method, path, body, Depth=0, Content_Type="text/calendar")
                two = other.ask(method, missing, body, Depth=0, Content_Type="text/calendar")
                self.assertEqual((one.status, one.body), (404, two.body), (method, path))
                self.assertEqual(sorted(one.headers), sorted(two.headers))
        href = self.calendar + "a.ics"
        own = other.home() + "default/"
        answer = other.report(own, f"<C:calendar-multiget {PREFIXES}><prop><getetag/></prop><href>{href}</href></C:calendar-multiget>")
        self.assertEqual(answer.responses()[href][0], 404)
        other.close()
        self.assertEqual(self.client.ask("GET", self.calendar + "a.ics").status, 200)

    def test_unknown_methods(self):
        for method in ("POST", "PATCH", "LOCK", "ACL", "XYZZY"):
            answer = self.client.ask(method, self.calendar)
            self.assertEqual(answer.status, 405)
            self.assertIn("PROPFIND", answer.headers["allow"])

    def test_no_plain_text(self):
        with socket.create_connection((self.client.url.hostname, self.client.url.port), timeout=10) as connection:
            connection.sendall(b"GET /dav/ HTTP/1.1\r\nHost: x\r\n\r\n")
            try:
                self.assertNotIn(b"HTTP/1", connection.recv(1024))
            except ConnectionError:
                pass

    def test_two_lengths_are_refused(self):
        context = ssl.create_default_context(cafile=self.client.all["ca"])
        with socket.create_connection((self.client.url.hostname, self.client.url.port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=self.client.url.hostname) as connection:
                connection.sendall(b"PUT /dav/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                self.assertIn(b" 400 ", connection.recv(1024))

    def test_depth_must_be_one_of_three(self):
        self.assertEqual(self.client.ask("PROPFIND", self.calendar, Depth="2").status, 400)
        self.assertEqual(self.client.ask("PROPFIND", self.calendar, "<propfind xmlns='DAV:'><prop/><allprop/></propfind>", Depth=0).status, 400)

    def test_a_recurrence_bomb_does_not_hold_the_server(self):
        for rule in ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=SECONDLY;COUNT=2147483647"):
            answer = self.put("bomb.ics", event("bomb", more=f"RRULE:{rule}\r\n"))
            self.assertEqual((answer.status, answer.error()), (403, "{urn:ietf:params:xml:ns:caldav}max-instances"))
        self.assertEqual(self.put("each.ics", event("each", more="RRULE:FREQ=SECONDLY\r\n")).status, 201)
        body = (f"<C:calendar-query {PREFIXES}><prop><C:calendar-data><C:expand start='20260401T000000Z' end='20270401T000000Z'/></C:calendar-data></prop>"
                "<C:filter><C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'/></C:comp-filter></C:filter></C:calendar-query>")
        answer = self.client.report(self.calendar, body)
        self.assertEqual((answer.status, answer.error()), (403, "{urn:ietf:params:xml:ns:caldav}max-instances"))


if __name__ == "__main__":
    unittest.main()

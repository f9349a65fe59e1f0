"""Finding a calendar from nothing but a host and an address (RFC 6764, RFC 5397, RFC 4791 §6). [rfc6764:5]"""
import unittest

from dav_support import CALDAV, CS, DAV, Client, DavTest


class Discovery(DavTest):
    def test_well_known_leads_to_the_root(self):
        for name in ("caldav", "carddav"):
            answer = self.client.ask("GET", f"/.well-known/{name}", sign_in=False)
            self.assertEqual(answer.status, 301)
            self.assertTrue(answer.headers["location"].endswith("/dav/"))

    def test_options_tells_the_classes_without_sign_in(self):
        answer = self.client.ask("OPTIONS", "/dav/", sign_in=False)
        self.assertEqual(answer.status, 200)
        classes = [part.strip() for part in answer.headers["dav"].split(",")]
        for wanted in ("1", "3", "calendar-access", "extended-mkcol"):
            self.assertIn(wanted, classes)
        self.assertIn("REPORT", answer.headers["allow"])

    def test_without_credentials_a_challenge(self):
        for path in ("/dav/", "/", self.calendar, "/nothing"):
            answer = self.client.ask("PROPFIND", path, sign_in=False, Depth=0)
            self.assertEqual(answer.status, 401)
            self.assertTrue(answer.headers["www-authenticate"].startswith("Basic "))

    def test_a_wrong_password_is_a_challenge_too(self):
        wrong = Client(password="certainly not")
        self.assertEqual(wrong.ask("PROPFIND", "/dav/", Depth=0).status, 401)
        wrong.close()

    def test_the_root_works_as_slash(self):
        self.assertTrue(self.client.href("/", "current-user-principal", DAV + "current-user-principal").startswith("/dav/principals/"))

    def test_the_principal_names_its_address_and_home(self):
        principal = self.client.href("/dav/", "current-user-principal", DAV + "current-user-principal")
        found = self.client.propfind(principal, "<resourcetype/><C:calendar-user-address-set/><displayname/><principal-URL/>").responses()[principal][1]
        self.assertIsNotNone(found[DAV + "resourcetype"].find(DAV + "principal"))
        self.assertIn("mailto:" + self.client.address, [href.text for href in found[CALDAV + "calendar-user-address-set"]])

    def test_the_home_lists_calendars(self):
        answer = self.client.propfind(self.home, "<resourcetype/><displayname/><S:getctag/><sync-token/><C:supported-calendar-component-set/>", depth=1)
        found = answer.responses()[self.calendar][1]
        self.assertIsNotNone(found[DAV + "resourcetype"].find(CALDAV + "calendar"))
        self.assertTrue(found[CS + "getctag"].text)
        self.assertEqual({comp.get("name") for comp in found[CALDAV + "supported-calendar-component-set"]}, {"VEVENT", "VTODO", "VJOURNAL"})

    def test_infinite_depth_is_refused(self):
        for headers in ({"Depth": "infinity"}, {}):
            answer = self.client.ask("PROPFIND", self.home, **headers)
            self.assertEqual(answer.status, 403)
            self.assertEqual(answer.error(), DAV + "propfind-finite-depth")


if __name__ == "__main__":
    unittest.main()

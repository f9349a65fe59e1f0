"""What the CalDAV tests share: a strict little client on http.client, and a calendar of its own for every test."""
import base64
import http.client
import json
import os
import ssl
import unittest
import urllib.parse
import uuid
import xml.etree.ElementTree as tree

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
CS, APPLE = "{http://calendarserver.org/ns/}", "{http://apple.com/ns/ical/}"
PREFIXES = 'xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"'


def endpoints():
    with open(os.environ["SKYBRIDGE_ENDPOINTS"]) as file:
        return json.load(file)


def event(uid, start="20260302T100000Z", more=""):
    return (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Skybridge//tests//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:{start}\r\nDURATION:PT1H\r\nSUMMARY:Test {uid}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n")


class Answer:
    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.headers = {}
        for name, value in response.getheaders():  # several fields of one name are one list (RFC 9110 §5.3)
            before = self.headers.get(name.lower())
            self.headers[name.lower()] = value if before is None else f"{before}, {value}"

    @property
    def xml(self):
        return tree.fromstring(self.body)

    def responses(self):
        """href → (status of the response or None, {property: element} of those found)."""
        out = {}
        for response in self.xml.findall(DAV + "response"):
            status = response.find(DAV + "status")
            found = {}
            for propstat in response.findall(DAV + "propstat"):
                if " 200 " in propstat.find(DAV + "status").text + " ":
                    found.update({element.tag: element for element in propstat.find(DAV + "prop")})
            out[response.find(DAV + "href").text] = (int(status.text.split()[1]) if status is not None else None, found)
        return out

    def error(self):
        return next(iter(self.xml)).tag if self.body.startswith(b"<?xml") else None


class Client:
    def __init__(self, account=0, password=None):
        self.all = endpoints()
        self.url = urllib.parse.urlsplit(self.all["dav"]["url"])
        entry = self.all["accounts"][account]
        self.address, self.password = entry["address"], password or entry["password"]
        self.connection = None

    def connect(self):
        context = ssl.create_default_context(cafile=self.all["ca"])
        return http.client.HTTPSConnection(self.url.hostname, self.url.port, context=context, timeout=30)

    def ask(self, method, path, body=None, sign_in=True, **headers):
        sent = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        if sign_in:
            sent["Authorization"] = "Basic " + base64.b64encode(f"{self.address}:{self.password}".encode()).decode()
        if self.connection is None:
            self.connection = self.connect()
        try:
            self.connection.request(method, path, body=body.encode() if isinstance(body, str) else body, headers=sent)
            answer = Answer(self.connection.getresponse())
        except (http.client.HTTPException, OSError):
            self.close()
            raise
        if answer.headers.get("connection", "").lower() == "close":
            self.close()
        return answer

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def propfind(self, path, props, depth=0):
        return self.ask("PROPFIND", path, f"<propfind {PREFIXES}><prop>{props}</prop></propfind>", Depth=depth, Content_Type="application/xml")

    def report(self, path, body, depth=1):
        return self.ask("REPORT", path, body, Depth=depth, Content_Type="application/xml")

    def href(self, path, name, tag):
        found = next(iter(self.propfind(path, f"<{name}/>").responses().values()))[1]
        return found[tag].find(DAV + "href").text

    def home(self):
        principal = self.href("/dav/", "current-user-principal", DAV + "current-user-principal")
        return self.href(principal, "C:calendar-home-set", CALDAV + "calendar-home-set")


class DavTest(unittest.TestCase):
    """Each test gets a calendar and removes it."""

    def setUp(self):
        self.client = Client()
        self.home = self.client.home()
        self.calendar = f"{self.home}{uuid.uuid4()}/"
        self.assertEqual(self.client.ask("MKCALENDAR", self.calendar).status, 201)

    def tearDown(self):
        self.client.ask("DELETE", self.calendar)
        self.client.close()

    def put(self, name, body, **headers):
        return self.client.ask("PUT", self.calendar + name, body, Content_Type="text/calendar; charset=utf-8", **headers)

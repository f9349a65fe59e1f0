"""What is there in the end, by the doors that users have: IMAP for every mailbox, POP3 to agree with it, CalDAV for the appointments."""
import hashlib
import imaplib
import poplib
import re
import xml.etree.ElementTree as tree

from checker import Found
from loader import authorization, dav_client

MARK = b"X-Chaos-Id: "
CAL = "{urn:ietf:params:xml:ns:caldav}"


def found_in(octets):
    head = octets.partition(b"\r\n\r\n")[0]
    at = octets.find(MARK)
    if at < 0:
        return None
    name = octets[at + len(MARK):].partition(b"\r\n")[0].decode()
    if b"multipart/report" in head:
        return Found(name, "", "report")
    return Found(name, hashlib.sha256(octets[at:]).hexdigest())


def mailbox(house, account):
    """All of INBOX by IMAP; POP3 must show the same number. Mail that is not of this run is left out."""
    where = house.endpoints["imaps"]
    with imaplib.IMAP4_SSL(where["host"], where["port"], ssl_context=house.tls, timeout=120) as imap:
        imap.login(account["address"], account["password"])
        count = int(imap.select("INBOX", readonly=True)[1][0])
        found, uids = [], []
        for first in range(1, count + 1, 200):
            for item in imap.fetch(f"{first}:{min(first + 199, count)}", "(UID BODY.PEEK[])")[1]:
                if isinstance(item, tuple):
                    uids.append(int(re.search(rb"UID (\d+)", item[0])[1]))
                    found.append(found_in(item[1]))
        if len(found) != count or uids != sorted(set(uids)):
            raise AssertionError(f"{account['address']}: EXISTS says {count}, FETCH gave {len(found)}, UIDs in order: {uids == sorted(set(uids))}")
    where = house.endpoints["pop3s"]
    pop = poplib.POP3_SSL(where["host"], where["port"], context=house.tls, timeout=120)
    pop.user(account["address"])
    pop.pass_(account["password"])
    by_pop3 = pop.stat()[0]
    pop.quit()
    if by_pop3 != count:
        raise AssertionError(f"{account['address']}: IMAP shows {count} messages, POP3 {by_pop3}")
    return [one for one in found if one]


def calendar(house, account):
    client = dav_client(house)
    body = f'<c:calendar-query xmlns="DAV:" xmlns:c="{CAL[1:-1]}"><prop><c:calendar-data/></prop>' \
           '<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"/></c:comp-filter></c:filter></c:calendar-query>'
    client.request("REPORT", account["calendar"], body, {**authorization(account), "Depth": "1", "Content-Type": "application/xml"})
    answer = client.getresponse()
    if answer.status == 404:  # the calendar itself is gone: all that was in it is lost
        return []
    listing = tree.fromstring(answer.read())
    client.close()
    out = []
    for data in listing.iter(f"{CAL}calendar-data"):
        octets = data.text.replace("\r\n", "\n").replace("\n", "\r\n").encode()  # XML parsers fold line ends
        if b"-//chaos//" in octets:
            out.append(Found(re.search(rb"UID:(\w+)", octets)[1].decode(), hashlib.sha256(octets).hexdigest(), "object"))
    return out


def find_calendar(house, account):
    """The path of the account's first calendar (RFC 6764)."""
    def ask(path, name, depth="0"):
        client = dav_client(house)
        client.request("PROPFIND", path, f'<propfind xmlns="DAV:" xmlns:c="{CAL[1:-1]}"><prop><{name}/></prop></propfind>',
                       {**authorization(account), "Depth": depth, "Content-Type": "application/xml"})
        answer = tree.fromstring(client.getresponse().read())
        client.close()
        return answer
    principal = ask("/dav/", "current-user-principal").find(".//{DAV:}current-user-principal/{DAV:}href").text
    home = ask(principal, "c:calendar-home-set").find(f".//{CAL}calendar-home-set/{{DAV:}}href").text
    for response in ask(home, "resourcetype", "1").findall("{DAV:}response"):
        if response.find(f".//{CAL}calendar") is not None:
            return response.find("{DAV:}href").text
    raise AssertionError(f"{account['address']} has no calendar")

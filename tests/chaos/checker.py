"""Compares what was sent with what is there. Pure: lists in, findings out; proved by checker_test.py.

A sent message has one last word from the server: "acked" (250, APPENDUID, 201), "refused" (5xx) or "unknown" (the connection broke, or it was
told to come back and the load ended). What was acked must be in each recipient's mailbox exactly once; what is unknown may be there once; what
was refused must not be there. Mail for elsewhere reaches the next hop at least once (RFC 5321 §6.1); a second copy is only allowed
for each time delivery or its database died, because a next hop's 250 and our COMMIT can't be one step (RFC 1047).
"""
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Sent:
    id: str
    kind: str                     # mail, append, object
    sender: str = ""
    digest: str = ""              # SHA-256 of the octets sent
    recipients: list = field(default_factory=list)   # addresses with a mailbox here; for append and object the one account
    remote: list = field(default_factory=list)       # addresses that the next hop takes
    doomed: list = field(default_factory=list)       # addresses that the next hop refuses: these come back as one report each message
    outcome: str = "unknown"


@dataclass
class Found:
    """One message in a mailbox, or one calendar object."""
    id: str
    digest: str
    kind: str = "mail"            # mail, append, object, report (of a bounced message with this id)


def compare(sent, mailboxes, next_hop, deaths=0):
    """sent: [Sent]; mailboxes: {address: [Found]}; next_hop: [(id, recipient)]; deaths: of delivery or PostgreSQL. Findings: {name: [text]}."""
    findings = {name: [] for name in ("lost", "duplicate", "ghost", "corrupt", "misplaced", "refused", "unreported", "relayed_twice")}
    known = {message.id: message for message in sent}
    copies = Counter()
    reports = Counter()
    for address, content in mailboxes.items():
        for found in content:
            message = known.get(found.id)
            if message is None:
                findings["ghost"].append(f"{address}: {found.kind} {found.id}")
            elif found.kind == "report":
                reports[found.id] += 1
                if address != message.sender:
                    findings["misplaced"].append(f"report of {found.id} at {address}")
            else:
                copies[found.id, address] += 1
                if address not in message.recipients:
                    findings["misplaced"].append(f"{found.id} at {address}")
                if found.digest != message.digest:
                    findings["corrupt"].append(f"{found.id} at {address}")
    relayed = Counter(next_hop)
    for message in sent:
        for address in message.recipients:
            count = copies[message.id, address]
            if count > 1:
                findings["duplicate"].append(f"{message.id} at {address}: {count} times")
            if message.outcome == "acked" and count == 0:
                findings["lost"].append(f"{message.id} at {address}")
            if message.outcome == "refused" and count:
                findings["refused"].append(f"{message.id} at {address} was refused and is there")
        for address in message.remote:
            if message.outcome == "acked" and relayed[message.id, address] == 0:
                findings["lost"].append(f"{message.id} to {address}")
        if message.doomed and message.outcome == "acked" and message.sender and reports[message.id] == 0:
            findings["unreported"].append(f"{message.id} from {message.sender}")
        if reports[message.id] > 1:
            findings["duplicate"].append(f"report of {message.id}: {reports[message.id]} times")
    twice = [f"{key[0]} to {key[1]}: {count} times" for key, count in relayed.items() if count > 1]
    if sum(relayed[key] - 1 for key in relayed if relayed[key] > 1) > deaths:
        findings["relayed_twice"] = twice
    findings["ghost"] += [f"next hop: {id} to {address}" for id, address in relayed if id not in known]
    return findings

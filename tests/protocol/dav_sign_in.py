"""How a DAV client proves who it is: Basic (RFC 7617) and bearer tokens (RFC 6750 §2.1, §3)."""
import json
import unittest

from dav_support import Client
from suite_sessions import skyctl
from suite_support import eventually, skip_unless_local


class Bearer(Client):
    def __init__(self, token):
        super().__init__()
        self.token = token

    def root(self):
        return self.ask("PROPFIND", "/dav/", sign_in=False, Depth=0, Authorization=f"Bearer {self.token}")


class Challenges(unittest.TestCase):
    def test_nobody_hears_both_ways_to_sign_in(self):
        answer = Client().ask("PROPFIND", "/dav/", sign_in=False, Depth=0)
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.headers["www-authenticate"], 'Basic realm="Skybridge", charset="UTF-8", Bearer realm="Skybridge"')

    def test_a_token_that_is_none_hears_so(self):
        for token in ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x"):
            answer = Bearer(token).root()
            self.assertEqual(answer.status, 401)
            self.assertIn('error="invalid_token"', answer.headers["www-authenticate"])

    def test_broken_tokens_are_no_tokens(self):
        for token in ("", "a b", "a=b"):
            answer = Bearer(token).root()
            self.assertEqual(answer.status, 401)
            self.assertNotIn("error", answer.headers["www-authenticate"])


@skip_unless_local
class Tokens(unittest.TestCase):
    def test_a_token_signs_in_until_it_is_removed(self):
        address = Client().address
        made = json.loads(skyctl("token", "add", address, "--label", "dav", "--output", "json"))
        client = Bearer(made["secret"])
        self.assertEqual(client.root().status, 207)
        self.assertEqual(client.root().status, 207)  # from memory
        listed = json.loads(skyctl("token", "list", address, "--output", "json"))
        number = next(row["id"] for row in listed if row["label"] == "dav")
        skyctl("token", "remove", address, str(number))
        eventually(lambda: client.root().status == 401, limit=6)


if __name__ == "__main__":
    unittest.main()

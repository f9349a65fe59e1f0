#!/usr/bin/env python3
"""Writes the corpus: generated MIME mail of 1 to 60 KB, about 10 KB on average, the same octets for the same seed.

usage: corpus.py FILE [COUNT] [SEED] [--small]

Six in ten are plain text, three multipart/alternative, one carries an attachment. Each message is preceded by its length and a line feed, has
`################` in its Message-ID for smtp_load to number it, lines of at most 78 characters, and no line that begins with a dot. Small ones are
plain text of about 600 octets, for mailboxes of very many.
"""
import base64
import random
import sys
import textwrap


class Author:
    def __init__(self, seed):
        self.random = random.Random(seed)
        letters, vowels = "bcdfghklmnprstvw", "aeiou"
        words = ["".join(self.random.choice(letters) + self.random.choice(vowels) for _ in range(self.random.randint(1, 4))) for _ in range(4000)]
        weights = [1 / (rank + 3) for rank in range(len(words))]
        self.sentences = [" ".join(self.random.choices(words, weights, k=self.random.randint(5, 18))).capitalize() + "." for _ in range(6000)]

    def text(self, size):
        paragraphs, total = [], 0
        while total < size:
            paragraph = textwrap.fill(" ".join(self.random.choices(self.sentences, k=self.random.randint(2, 6))), 76)
            paragraphs.append(paragraph)
            total += len(paragraph) + 4
        return "\n\n".join(paragraphs) + "\n"

    def header(self, number):
        r = self.random
        name = f"Writer {r.randint(1, 900)}"
        return (f"From: {name} <{name.lower().replace(' ', '.')}@outside.example>\nTo: Reader {r.randint(1, 99)} <reader@example.test>\n"
                + (f"Cc: team{r.randint(1, 20)}@outside.example\n" if r.random() < 0.3 else "")
                + f"Subject: {r.choice(self.sentences)[:60]}\nDate: Mon, {r.randint(1, 28):02} Jun 2026 {r.randint(0, 23):02}:{number % 60:02}:00 +0000\n"
                f"Message-ID: <################@bench.outside.example>\nMIME-Version: 1.0\n")

    plain = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n"

    def small(self, number):
        return self.header(number) + self.plain + self.text(1)[:200].rstrip() + "\n"

    def message(self, number):
        kind = self.random.random()
        top, plain = self.header(number), self.plain
        if kind < 0.6:
            return top + plain + self.text(self.random.randint(500, 6000))
        boundary = f"part-{self.random.randrange(10 ** 9)}"
        if kind < 0.9:
            body = self.text(self.random.randint(1500, 8000))
            html = "<html><body>\n" + "".join(f"<p>{p}</p>\n" for p in body.split("\n\n")) + "</body></html>\n"
            parts = [plain + body, plain.replace("plain", "html") + html]
            subtype = "alternative"
        else:
            data = self.random.randbytes(self.random.randint(14_000, 40_000))
            attachment = ("Content-Type: application/octet-stream; name=report.bin\nContent-Disposition: attachment; filename=report.bin\n"
                          "Content-Transfer-Encoding: base64\n\n" + "\n".join(textwrap.wrap(base64.b64encode(data).decode(), 76)) + "\n")
            parts = [plain + self.text(self.random.randint(500, 3000)), attachment]
            subtype = "mixed"
        return (top + f"Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\n\n"
                + "".join(f"--{boundary}\n{part}" for part in parts) + f"--{boundary}--\n")


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 2
    small = "--small" in sys.argv
    numbers = [word for word in sys.argv[2:] if word != "--small"]
    count, seed = int((numbers or [4000])[0]), int((numbers[1:] or [42])[0])
    author = Author(seed)
    write = author.small if small else author.message
    with open(sys.argv[1], "wb") as file:
        for number in range(count):
            message = write(number).replace("\n", "\r\n").encode()
            file.write(b"%d\n%s" % (len(message), message))
    return 0


sys.exit(main())

#include "sky/mailstore/attachment_text.h"

#include "fixture.h"
#include "sky/mailstore/search_index.h"
#include "sky/mime/fold.h"
#include "sky/mime/transfer.h"

using namespace sky;
using namespace sky::mailstore;
using namespace sky::mailstore::testing;

namespace {

using Emails = std::vector<EmailId>;

// A converter that reads a document backwards, and notes what it was asked.
struct Converted : Fixture {
    OffloadPool offload{1, 100};
    SearchIndex index{imap};
    std::vector<std::string> asked;
    std::optional<Fault> refuses;
    Converter converter = [this](Attachment attachment, Deadline) { return answer(std::move(attachment)); };

    Task<Result<std::string>> answer(Attachment attachment) {
        asked.push_back(attachment.type + " " + attachment.octets);
        if (refuses) co_return unexpected(*refuses, "refused");
        co_return std::string(attachment.octets.rbegin(), attachment.octets.rend());
    }
    EmailId deliver(const std::string& document, const std::string& type = "application/pdf", std::int64_t to = 1) {
        return deliver_one(to, mail("papers", "Content-Type: multipart/mixed; boundary=b\r\n",
                                    "--b\r\n\r\nplain words\r\n--b\r\nContent-Type: " + type +
                                        "; name=paper\r\nContent-Transfer-Encoding: base64\r\n\r\n" + mime::encode_base64_lines(document) +
                                        "\r\n--b--\r\n"))
            .email;
    }
    IndexStep step(std::int64_t of = 1) { return get(index_account(delivery, offload, account(of), soon(), converter)); }
    Emails found(const Emails& emails, const std::string& needle, Reader::Scan scan = Reader::Scan::body) {
        return get(reader.search_text(tenant, emails, scan, {}, needle, soon()));
    }
    Emails narrowed(const Emails& emails, std::string_view needle) {
        trigrams::Query query;
        query.require(trigrams::Field::text, mime::fold_case(needle));
        return get(index.narrow(account(1), emails, query, soon()));
    }
};

}  // namespace

TEST_CASE("what a converter reads in an attachment is found, by the index and by the text", "[mailstore][rfc9051:6.4.4]") {
    Converted f;
    f.make_account(1);
    const Emails both{f.deliver("terces A"), f.deliver("gnihton")};
    CHECK(f.found(both, "a secret").empty());
    const auto step = f.step();
    CHECK((step.documents == 2 && step.waiting == 0 && !step.more));
    CHECK(f.asked == std::vector<std::string>{"application/pdf terces A", "application/pdf gnihton"});
    CHECK(f.found(both, "a SECRET") == Emails{both[0]});
    CHECK(f.found(both, "a secret", Reader::Scan::text) == Emails{both[0]});
    CHECK(f.found(both, "plain words") == both);
    CHECK(f.narrowed(both, "a secret") == Emails{both[0]});
    CHECK(f.narrowed(both, "terces").empty());
}

TEST_CASE("a converter is asked once for all who have the message, and not for pictures", "[mailstore]") {
    Converted f;
    f.make_account(1);
    f.make_account(2);
    const auto one = f.deliver("terces"), other = f.deliver("terces", "application/pdf", 2), picture = f.deliver("pixels", "image/png");
    CHECK(f.step(1).documents == 2);
    CHECK(f.step(2).documents == 1);
    CHECK(f.asked.size() == 1);
    CHECK(f.found({one, other, picture}, "secret") == Emails{one, other});
}

TEST_CASE("while the converter is away its mail waits, is found by all else, and is not lost", "[mailstore]") {
    Converted f;
    f.make_account(1);
    const auto plain = f.deliver_one(1, mail("plain")).email, papers = f.deliver("terces");
    f.refuses = Fault::unavailable;
    const auto step = f.step();
    CHECK((step.documents == 1 && step.waiting == 1 && !step.more));
    CHECK(f.narrowed({plain, papers}, "words") == Emails{papers});  // in question: not indexed
    CHECK(f.found({plain, papers}, "plain words") == Emails{papers});
    CHECK(f.get(unindexed_accounts(f.delivery, 10, f.soon())) == std::vector<AccountRef>{account(1)});
    f.refuses.reset();
    CHECK(f.step().documents == 1);
    CHECK(f.narrowed({plain, papers}, "secret") == Emails{papers});
    CHECK(f.get(unindexed_accounts(f.delivery, 10, f.soon())).empty());
}

TEST_CASE("what has no text is not asked for again, and nothing is asked for ever", "[mailstore]") {
    Converted f;
    f.make_account(1);
    f.refuses = Fault::unsupported;
    const auto broken = f.deliver("broken");
    CHECK(f.step().documents == 1);
    f.refuses = Fault::unavailable;
    const auto poison = f.deliver("nosiop");
    for (int i = 0; i < attachment_tries; ++i) CHECK(f.step().waiting == 1);
    const auto last = f.step();
    CHECK((last.waiting == 0 && last.documents == 1));
    CHECK(f.asked.size() == 1 + attachment_tries);
    CHECK(f.narrowed({broken, poison}, "papers") == Emails{broken, poison});
    CHECK(f.narrowed({broken, poison}, "poison").empty());
}

TEST_CASE("converted text is bounded, readable and gone with its message", "[mailstore]") {
    Converted f;
    f.make_account(1);
    const auto long_one = f.deliver("end" + std::string(longest_attachment_text, '\xA4') + "nigeb"), strange = f.deliver("\xFF\xFE dne");
    CHECK(f.step().documents == 2);
    CHECK(f.found({long_one, strange}, "begin") == Emails{long_one});
    CHECK(f.found({long_one, strange}, "dne").empty());
    CHECK(f.found({long_one, strange}, "end") == Emails{strange});
    CHECK(f.database.sql("select max(plain_size) <= 1048576 from mail.attachment_text") == "t");
    f.database.sql("update mail.attachment_text set data = 'broken'");
    CHECK(f.found({long_one, strange}, "plain words") == Emails{long_one, strange});
    f.database.sql(
        "delete from mail.placement; delete from mail.email; delete from mail.summary; delete from mail.blob_frame; delete from mail.blob");
    CHECK(f.database.sql("select count(*) from mail.attachment_text") == "0");
}

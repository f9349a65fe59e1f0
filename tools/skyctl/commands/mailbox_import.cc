#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"
#include "sky/base/sha256.h"
#include "skyctl/commands/commands.h"
#include "skyctl/csv.h"
#include "skyctl/files.h"
#include "skyctl/session.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"FILE", Takes::text, Must::be_given,
     "CSV with a line of titles: address, and any of name, plan, quota (5G), kind, hash (of a password elsewhere), password; - is standard "
     "input."},
    {"--dry-run", Takes::nothing, Must::may_be_given, "Reads the file and does nothing."},
};
constexpr std::string_view titles[] = {"address", "name", "plan", "quota", "kind", "hash", "password"};

struct Row {
    std::size_t line;
    std::array<std::string, std::size(titles)> values;
};

Result<std::vector<std::size_t>> columns_of(const CsvRow& head) {
    std::vector<std::size_t> out;
    for (const auto& title : head.fields) {
        const auto known = std::ranges::find(titles, ascii::to_lower(title));
        if (known == std::end(titles))
            return unexpected(Fault::syntax,
                              fmt::format("line {}: \"{}\" is none of the titles {}", head.line, title, fmt::join(titles, ", ")));
        const auto column = static_cast<std::size_t>(known - std::begin(titles));
        if (std::ranges::find(out, column) != out.end())
            return unexpected(Fault::syntax, fmt::format("line {}: two columns have the title {}", head.line, title));
        out.push_back(column);
    }
    if (std::ranges::find(out, 0u) == out.end()) return unexpected(Fault::syntax, "the first line has no title address");
    return out;
}

Result<std::vector<Row>> rows_of(const std::string& file) {
    auto text = read_file(file);
    if (!text) return forward(text);
    auto lines = parse_csv(*text);
    if (!lines) return forward(lines);
    if (lines->empty()) return unexpected(Fault::syntax, "the file is empty");
    auto columns = columns_of(lines->front());
    if (!columns) return forward(columns);
    std::vector<Row> out;
    for (std::size_t i = 1; i < lines->size(); ++i) {
        auto& [line, fields] = (*lines)[i];
        if (fields.size() != columns->size())
            return unexpected(Fault::syntax, fmt::format("line {}: {} fields under {} titles", line, fields.size(), columns->size()));
        Row row{line, {}};
        for (std::size_t f = 0; f < fields.size(); ++f) row.values[(*columns)[f]] = std::move(fields[f]);
        out.push_back(std::move(row));
    }
    return out;
}

// The same row is the same write, however often the file is imported. Secrets stay out: the key is kept as it is.
std::string key_of(const Row& row) {
    Sha256 digest;
    for (std::size_t i = 0; i < row.values.size(); ++i)
        if (titles[i] != "hash" && titles[i] != "password") digest.feed(row.values[i] + '\n');
    return "import-" + hex_encode(digest.finish()).substr(0, 40);
}

Result<admin::AddMailboxRequest> request_of(const Row& row) {
    const auto& [address, name, plan, quota, kind, hash, password] = row.values;
    admin::AddMailboxRequest out;
    out.set_address(address);
    out.set_display_name(name);
    out.set_plan(plan);
    out.set_kind(kind);
    out.set_password_hash(hash);
    out.set_password(password);
    out.set_idempotency_key(key_of(row));
    const auto octets = parse_octets(quota);
    if (!quota.empty() && !octets) return unexpected(Fault::syntax, quota + " is no size");
    out.set_quota_bytes(octets.value_or(0));
    // Whoever signs in and has neither gets one that nobody knows, until a real one is set.
    if ((kind.empty() || kind == "user" || kind == "service") && hash.empty() && password.empty())
        out.set_password(base64url_encode(random_bytes(24)));
    return out;
}

// A key tells of the first time, also when the mailbox is gone since: then it is made again.
Result<admin::Mailbox> add(Session& session, const Row& row) {
    auto request = request_of(row);
    if (!request) return forward(request);
    auto added = session.call<admin::Mailbox>(*request);
    if (!added) return added;
    admin::GetMailboxRequest question;
    question.set_address(added->address());
    auto there = session.call<admin::Mailbox>(question);
    if (there || there.error().fault != Fault::not_found) return there;
    request->set_idempotency_key(new_idempotency_key());
    return session.call<admin::Mailbox>(*request);
}

// For people who wait; the outcome goes to standard output.
void tell(std::size_t done, std::size_t of) {
    if (isatty(STDERR_FILENO))
        fmt::print(stderr, "\r{} of {}{}", done, of, done == of ? "\n" : "");
    else if (done == of || done % 100 == 0)
        fmt::print(stderr, "{} of {}\n", done, of);
}

Result<void> run(Session& session, const Arguments& arguments) {
    auto rows = rows_of(arguments.text("FILE"));
    if (!rows) return forward(rows);
    Table table({"line", "address", "outcome", "reason"});
    std::size_t failed = 0, done = 0;
    bool nobody_there = false;
    for (const auto& row : *rows) {
        const auto line = static_cast<std::int64_t>(row.line);
        if (nobody_there) {
            table.add({line, row.values[0], std::string("not tried"), std::string()});
        } else if (arguments.given("--dry-run")) {
            const auto good = request_of(row);
            failed += !good;
            table.add({line, row.values[0], std::string(good ? "would be added" : "failed"), good ? std::string() : good.error().text});
        } else if (const auto added = add(session, row); added) {
            table.add({line, added->address(), std::string("added"), std::string()});
        } else {
            ++failed;
            nobody_there = added.error().fault == Fault::unavailable;
            table.add({line, row.values[0], std::string("failed"), added.error().text.empty() ? added.error().reason : added.error().text});
        }
        if (!arguments.given("--dry-run")) tell(++done, rows->size());
    }
    session.list(table);
    if (failed == 0) return {};
    return unexpected(Fault::internal, fmt::format("{} of {} rows failed; what was added stays, and the same file can be imported again{}",
                                                   failed, rows->size(), nobody_there ? ": auth can't be reached" : ""));
}
}  // namespace

const Verb mailbox_import{.group = "mailbox",
                          .name = "import",
                          .sentence = "Creates the mailboxes of a CSV file; importing it again goes on where it stopped.",
                          .example = "mailbox import people.csv",
                          .options = options,
                          .run = &run};

}  // namespace sky::skyctl

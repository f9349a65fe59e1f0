#include "keywords.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement add_keywords{
    "mailstore.add_keywords",
    "update mail.mailbox b set keywords = mail.keywords_with(b.keywords, $4::text[]) where b.tenant_id = $1 and b.mailbox_id = $2 "
    "and b.account_id = $3 and b.keywords <> mail.keywords_with(b.keywords, $4::text[])"};
constexpr pg::Statement reclaim{"mailstore.reclaim_keywords", "select mail.reclaim_keywords($1, $2, $3)"};
constexpr pg::Statement read_keywords{
    "mailstore.read_keywords",
    "select keywords from mail.mailbox where tenant_id = $1 and mailbox_id = $2 and account_id = $3 and selectable"};

bool known_among(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names, [&](const auto& each) { return ascii::equals_ignoring_case(each, name); });
}

}  // namespace

Error no_room_for_keyword() { return {Fault::limit, "The mailbox has no room for another keyword", {}}; }

bool is_no_room_for_keyword(const Error& error) { return error.fault == Fault::limit && error.text == no_room_for_keyword().text; }

Task<Result<bool>> reclaim_keywords(pg::Pool& pool, MailboxRef mailbox, Deadline deadline) {
    auto rows = co_await pool.query(mailbox.tenant, reclaim, pg::params(mailbox.tenant, mailbox.account, mailbox.mailbox), deadline);
    if (!rows) co_return forward(rows);
    co_return (*rows)[0].get<bool>(0);
}

Result<void> check_keywords(const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const bool atom = !name.empty() && name.size() <= 200 && std::ranges::all_of(name, [](char c) {
            return c > ' ' && c < 127 && std::string_view("(){%*\"\\]").find(c) == std::string_view::npos;
        });
        if (!atom) return unexpected(Fault::syntax, "That is no keyword");
    }
    return {};
}

std::vector<std::string> distinct_keywords(std::vector<std::string> names) {
    std::vector<std::string> distinct;
    for (auto& name : names)
        if (!known_among(distinct, name)) distinct.push_back(std::move(name));
    return distinct;
}

KeywordTickets queue_keywords(pg::Transaction& tx, MailboxRef mailbox, std::vector<std::string> names) {
    const auto distinct = distinct_keywords(std::move(names));
    KeywordTickets out{};
    if (!distinct.empty()) out.added = tx.queue(add_keywords, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account, distinct));
    out.known = tx.queue(read_keywords, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account));
    return out;
}

Task<Result<std::vector<std::string>>> take_keywords(pg::Transaction& tx, KeywordTickets tickets) {
    if (tickets.added) {
        auto added = co_await tx.take(*tickets.added);
        if (!added) co_return forward(added);
    }
    auto rows = co_await tx.take(tickets.known);
    if (!rows) co_return forward(rows);
    if (rows->empty()) co_return unexpected(Fault::not_found, "No such mailbox");
    auto known = (*rows)[0].get<std::vector<std::string>>(0);
    if (known.size() > max_keywords) co_return std::unexpected(no_room_for_keyword());
    co_return known;
}

std::uint64_t keyword_bits(const std::vector<std::string>& known, const std::vector<std::string>& names) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < known.size() && i < max_keywords; ++i)
        if (known_among(names, known[i])) bits |= std::uint64_t{1} << i;
    return bits;
}

std::vector<std::string> keyword_names(const std::vector<std::string>& known, std::uint64_t bits) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < known.size() && i < max_keywords; ++i)
        if (bits >> i & 1) out.push_back(known[i]);
    return out;
}

}  // namespace sky::mailstore

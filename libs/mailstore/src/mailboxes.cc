#include "sky/mailstore/mailboxes.h"

#include "rows.h"
#include "sky/base/ascii.h"
#include "sky/idn/net_unicode.h"

namespace sky::mailstore {
namespace {

constexpr pg::Statement all{"mailstore.mailboxes",
                            "select " SKY_MAILBOX_COLUMNS
                            " from mail.mailbox b where b.tenant_id = $1 and b.account_id = $2 order by b.name collate \"C\""};
constexpr pg::Statement loose_subscriptions{
    "mailstore.loose_subscriptions",
    "select s.name from mail.subscription s where s.tenant_id = $1 and s.account_id = $2 and not exists (select from mail.mailbox b "
    "where b.tenant_id = s.tenant_id and b.account_id = s.account_id and b.name = s.name) order by s.name collate \"C\""};
constexpr pg::Statement by_name{"mailstore.mailbox_by_name",
                                "select " SKY_MAILBOX_COLUMNS
                                " from mail.mailbox b where b.tenant_id = $1 and b.account_id = $2 and b.name = $3"};
constexpr pg::Statement by_id{"mailstore.mailbox_by_id",
                              "select " SKY_MAILBOX_COLUMNS
                              " from mail.mailbox b where b.tenant_id = $1 and b.mailbox_id = $2 and b.account_id = $3"};

Result<Mailbox> only(const Result<pg::Rows>& rows) {
    if (!rows) return forward(rows);
    if (rows->empty()) return unexpected(Fault::not_found, "No such mailbox");
    return mailbox_of((*rows)[0]);
}

// Of valid UTF-8: C0, DEL, C1, and the separators of lines and paragraphs.
bool has_controls(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto at = [&](std::size_t ahead) { return i + ahead < name.size() ? static_cast<unsigned char>(name[i + ahead]) : 0U; };
        if (at(0) < 0x20 || at(0) == 0x7f || (at(0) == 0xc2 && at(1) < 0xa0)) return true;
        if (at(0) == 0xe2 && at(1) == 0x80 && (at(2) == 0xa8 || at(2) == 0xa9)) return true;
    }
    return false;
}

}  // namespace

Result<std::string> canonical_name(std::string_view name) {
    if (name.empty() || name.size() > 1000) return unexpected(Fault::unsupported, "That mailbox name is too short or too long");
    // One spelling each: Net-Unicode without controls and separators of lines (RFC 6855 §3, RFC 9051 §5.1).
    const auto normal = idn::net_unicode(name);
    if (!normal) return unexpected(Fault::unsupported, "The mailbox name is not UTF-8");
    if (has_controls(*normal)) return unexpected(Fault::unsupported, "The mailbox name has control characters");
    const auto levels = ascii::split(*normal, '/');
    if (levels.size() > 50) return unexpected(Fault::unsupported, "The mailbox name has too many levels");
    for (const auto level : levels)
        if (level.empty()) return unexpected(Fault::unsupported, "The mailbox name has an empty level");
    std::string out(*normal);
    if (ascii::equals_ignoring_case(levels[0], "INBOX")) out.replace(0, 5, "INBOX");  // RFC 9051 §5.1
    return out;
}

Task<Result<Names>> Mailboxes::list(AccountRef account, Deadline deadline) {
    auto tx = co_await pool_->begin(account.tenant, deadline);
    if (!tx) co_return forward(tx);
    const auto boxes = tx->queue(all, pg::params(account.tenant, account.account));
    const auto loose = tx->queue(loose_subscriptions, pg::params(account.tenant, account.account));
    auto rows = co_await tx->take(boxes);
    if (!rows) co_return forward(rows);
    Names out;
    for (const auto row : *rows) out.mailboxes.push_back(mailbox_of(row));
    rows = co_await tx->take(loose);
    if (!rows) co_return forward(rows);
    for (const auto row : *rows) out.subscribed_elsewhere.push_back(row.get<std::string>(0));
    co_return out;
}

Task<Result<Mailbox>> Mailboxes::find(AccountRef account, std::string name, Deadline deadline) {
    const auto canonical = canonical_name(name);
    if (!canonical) co_return forward(canonical);
    co_return only(co_await pool_->query(account.tenant, by_name, pg::params(account.tenant, account.account, *canonical), deadline));
}

Task<Result<Mailbox>> Mailboxes::find(MailboxRef mailbox, Deadline deadline) {
    co_return only(co_await pool_->query(mailbox.tenant, by_id, pg::params(mailbox.tenant, mailbox.mailbox, mailbox.account), deadline));
}

Task<Result<Mailbox>> Mailboxes::inbox(AccountRef account, Deadline deadline) {
    co_return only(co_await pool_->query(account.tenant, by_name, pg::params(account.tenant, account.account, "INBOX"), deadline));
}

}  // namespace sky::mailstore

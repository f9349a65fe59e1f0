#include "imap/search_eval.h"

#include <algorithm>

#include "sky/base/ascii.h"

namespace sky::imapd {
namespace {

using Kind = imap::SearchKey::Kind;
using imap::SearchKey;
using Targets = std::vector<Target>;

constexpr auto search_limit = std::chrono::seconds(60);  // one step

bool by_uid(const Target& a, const Target& b) { return a.uid < b.uid; }

Targets minus(const Targets& from, const Targets& these) {
    Targets out;
    std::ranges::set_difference(from, these, std::back_inserter(out), by_uid);
    return out;
}

// 0: by the view; 1: by an index; 2: by reading messages.
int cost(const SearchKey& key) {
    switch (key.kind) {
        case Kind::from:
        case Kind::to:
        case Kind::cc:
        case Kind::bcc:
        case Kind::subject:
        case Kind::thread_id:
        case Kind::sent_before:
        case Kind::sent_on:
        case Kind::sent_since:
            return 1;
        case Kind::header:
        case Kind::body:
        case Kind::text:
            return 2;
        case Kind::negation:
        case Kind::either:
        case Kind::both: {
            int most = 0;
            for (const SearchKey& child : key.children) most = std::max(most, cost(child));
            return most;
        }
        default:
            return 0;
    }
}

bool keyword_set(const View& view, const store::Placement& message, std::string_view keyword) {
    const auto& names = view.row().keywords;
    for (std::size_t bit = 0; bit < names.size(); ++bit)
        if (ascii::equals_ignoring_case(names[bit], keyword)) return (message.flags.keywords >> bit) & 1;
    return false;
}

// The keys that the view answers.
bool matches(Session& session, const SearchKey& key, const imap::NumberSet& set, const Target& target, const store::Placement& message) {
    const auto day = std::chrono::floor<std::chrono::days>(message.internal_date);
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(session.house().clock.now() - message.internal_date).count();
    switch (key.kind) {
        case Kind::all:
            return true;
        case Kind::flag:
            return ((message.flags.system & key.number) != 0) == key.is_set;
        case Kind::keyword:
            return keyword_set(session.mailbox().view(), message, key.text) == key.is_set;
        case Kind::sequence:
            return set.contains(target.number);
        case Kind::uid:
            return set.contains(target.uid);
        case Kind::before:
            return day < key.date;
        case Kind::on:
            return day == key.date;
        case Kind::since:
            return day >= key.date;
        case Kind::larger:
            return message.size > key.number;
        case Kind::smaller:
            return message.size < key.number;
        case Kind::older:
            return age >= static_cast<std::int64_t>(key.number);
        case Kind::younger:
            return age <= static_cast<std::int64_t>(key.number);
        case Kind::mod_seq:
            return message.modseq.value >= static_cast<std::int64_t>(key.number);
        case Kind::email_id:
            return key.text == "E" + std::to_string(message.email.value);
        default:
            return false;
    }
}

Targets by_view(Session& session, const SearchKey& key, const Targets& candidates) {
    Selected& mailbox = session.mailbox();
    imap::NumberSet set;
    if (key.kind == Kind::sequence) set = key.set.resolve(mailbox.count());
    if (key.kind == Kind::uid) set = key.set.resolve(mailbox.largest_uid());
    Targets out;
    for (const Target& target : candidates) {
        const store::Placement* message = mailbox.view().find(target.uid);
        if (message != nullptr && matches(session, key, set, target, *message)) out.push_back(target);
    }
    return out;
}

Targets only(const Targets& candidates, std::vector<std::uint32_t> uids) {
    std::ranges::sort(uids);
    Targets out;
    for (const Target& target : candidates)
        if (std::ranges::binary_search(uids, target.uid)) out.push_back(target);
    return out;
}

store::SearchField field_of(Kind kind) {
    switch (kind) {
        case Kind::to:
            return store::SearchField::to;
        case Kind::cc:
            return store::SearchField::cc;
        case Kind::bcc:
            return store::SearchField::bcc;
        case Kind::subject:
            return store::SearchField::subject;
        default:
            return store::SearchField::from;
    }
}

// Time counts nanoseconds and so ends in 2262; a client may name any year.
Time moment(std::chrono::sys_days day) {
    using namespace std::chrono;
    return Time(std::clamp(day, sys_days(year(1700) / 1 / 1), sys_days(year(2250) / 1 / 1)));
}

Task<Result<Targets>> by_index(Session& session, const SearchKey& key, Targets candidates) {
    store::Reader reader(session.house().pool);
    const store::UidRange range{candidates.front().uid, candidates.back().uid};
    const store::MailboxRef& ref = session.mailbox().ref();
    const Deadline deadline = after(search_limit);
    Result<std::vector<std::uint32_t>> found;
    const Time day = moment(key.date), next = moment(key.date + std::chrono::days(1));
    const Time earliest = moment(std::chrono::sys_days::min()), latest = moment(std::chrono::sys_days::max());
    switch (key.kind) {
        case Kind::sent_before:
            found = co_await reader.search_sent(ref, range, earliest, day, deadline);
            break;
        case Kind::sent_on:
            found = co_await reader.search_sent(ref, range, day, next, deadline);
            break;
        case Kind::sent_since:
            found = co_await reader.search_sent(ref, range, day, latest, deadline);
            break;
        default:
            found = co_await reader.search_field(ref, range, field_of(key.kind), key.text, deadline);
            break;
    }
    if (!found) co_return forward(found);
    co_return only(candidates, *std::move(found));
}

// Kinds that need the messages' texts: one by one, what is left of them.
Task<Result<Targets>> by_reading(Session& session, const SearchKey& key, Targets candidates) {
    store::Reader reader(session.house().pool);
    const auto scan = key.kind == Kind::header ? store::Reader::Scan::header_field
                      : key.kind == Kind::body ? store::Reader::Scan::body
                                               : store::Reader::Scan::text;
    Targets out;
    for (const Target& target : candidates) {
        const store::Placement* message = session.mailbox().view().find(target.uid);
        if (message == nullptr) continue;
        const auto found =
            co_await reader.contains(session.account().tenant, message->email, scan, key.field, key.text, after(search_limit));
        if (!found && found.error().fault != Fault::not_found) co_return forward(found);
        if (found && *found) out.push_back(target);
        if (!session.wire().stream().is_open()) co_return unexpected(Fault::timeout, "The client is gone");
    }
    co_return out;
}

Task<Result<Targets>> by_thread(Session& session, const SearchKey& key, Targets candidates) {
    const auto number = key.text.starts_with('T') ? ascii::number(std::string_view(key.text).substr(1), INT64_MAX) : std::nullopt;
    if (!number) co_return Targets{};
    store::Reader reader(session.house().pool);
    const auto emails = co_await reader.thread(session.account(), ThreadId(static_cast<std::int64_t>(*number)), after(search_limit));
    if (!emails) co_return forward(emails);
    std::erase_if(candidates, [&](const Target& target) {
        const store::Placement* message = session.mailbox().view().find(target.uid);
        return message == nullptr || std::ranges::find(*emails, message->email) == emails->end();
    });
    co_return candidates;
}

Task<Result<Targets>> either(Session& session, const SearchKey& key, Targets candidates) {
    auto first = co_await search_messages(session, key.children.at(0), candidates);
    if (!first) co_return first;
    auto second = co_await search_messages(session, key.children.at(1), minus(candidates, *first));
    if (!second) co_return second;
    Targets out;
    std::ranges::merge(*first, *second, std::back_inserter(out), by_uid);
    co_return out;
}

Task<Result<Targets>> both(Session& session, const SearchKey& key, Targets candidates) {
    std::vector<const SearchKey*> order;
    for (int class_of = 0; class_of <= 2; ++class_of)
        for (const SearchKey& child : key.children)
            if (cost(child) == class_of) order.push_back(&child);
    for (const SearchKey* child : order) {
        auto left = co_await search_messages(session, *child, std::move(candidates));
        if (!left) co_return left;
        candidates = *std::move(left);
    }
    co_return candidates;
}

}  // namespace

Task<Result<Targets>> search_messages(Session& session, const SearchKey& key, Targets candidates) {
    if (candidates.empty() || key.kind == Kind::nothing) co_return Targets{};
    switch (key.kind) {
        case Kind::both:
            co_return co_await both(session, key, std::move(candidates));
        case Kind::either:
            co_return co_await either(session, key, std::move(candidates));
        case Kind::negation: {
            auto matching = co_await search_messages(session, key.children.at(0), candidates);
            if (!matching) co_return matching;
            co_return minus(candidates, *matching);
        }
        case Kind::thread_id:
            co_return co_await by_thread(session, key, std::move(candidates));
        default:
            break;
    }
    if (cost(key) == 1) co_return co_await by_index(session, key, std::move(candidates));
    if (cost(key) == 2) co_return co_await by_reading(session, key, std::move(candidates));
    co_return by_view(session, key, candidates);
}

}  // namespace sky::imapd

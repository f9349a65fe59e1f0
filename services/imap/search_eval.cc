#include "imap/search_eval.h"

#include <algorithm>

#include "imap/search_fuzzy.h"
#include "imap/search_narrow.h"
#include "imap/store/kept_fields.h"
#include "imap/store/kept_keys.h"
#include "sky/base/ascii.h"
#include "sky/mime/fold.h"
#include "sky/mime/words.h"

namespace sky::imapd {
namespace {

using Kind = imap::SearchKey::Kind;
using imap::SearchKey;
using Targets = std::vector<Target>;

constexpr auto search_limit = std::chrono::seconds(60);  // one step
constexpr std::size_t texts_at_once = 500;

bool by_uid(const Target& a, const Target& b) { return a.uid < b.uid; }

Targets minus(const Targets& from, const Targets& these) {
    Targets out;
    std::ranges::set_difference(from, these, std::back_inserter(out), by_uid);
    return out;
}

Targets united(const Targets& some, const Targets& others) {
    Targets out;
    std::ranges::merge(some, others, std::back_inserter(out), by_uid);
    return out;
}

std::vector<std::uint32_t> uids_of_targets(const Targets& targets) {
    std::vector<std::uint32_t> out;
    out.reserve(targets.size());
    for (const Target& target : targets) out.push_back(target.uid);
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
        case Kind::fuzzy:
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

// Of messages from before it was kept, the day of INTERNALDATE stands for it (RFC 8514 §4.3).
std::chrono::sys_days saved_day(const store::Placement& message) {
    using namespace std::chrono;
    if (message.saved_at == 0) return floor<days>(message.internal_date);
    return floor<days>(sys_seconds(seconds(message.saved_at)));
}

// The keys that the view answers.
bool matches(const SearchScope& scope, const SearchKey& key, const imap::NumberSet& set, const Target& target,
             const store::Placement& message) {
    const auto day = [&] { return std::chrono::floor<std::chrono::days>(message.internal_date); };
    const auto age = [&] {
        return std::chrono::duration_cast<std::chrono::seconds>(scope.house.clock.now() - message.internal_date).count();
    };
    switch (key.kind) {
        case Kind::all:
            return true;
        case Kind::flag:
            return ((message.flags.system & key.number) != 0) == key.is_set;
        case Kind::keyword:
            return keyword_set(scope.mailbox.view(), message, key.text) == key.is_set;
        case Kind::recent:
            return scope.mailbox.is_recent(target.uid) == key.is_set;
        case Kind::sequence:
            return set.contains(target.number);
        case Kind::uid:
            return set.contains(target.uid);
        case Kind::before:
            return day() < key.date;
        case Kind::on:
            return day() == key.date;
        case Kind::since:
            return day() >= key.date;
        case Kind::saved_before:
            return saved_day(message) < key.date;
        case Kind::saved_on:
            return saved_day(message) == key.date;
        case Kind::saved_since:
            return saved_day(message) >= key.date;
        case Kind::larger:
            return message.size > key.number;
        case Kind::smaller:
            return message.size < key.number;
        case Kind::older:
            return age() >= static_cast<std::int64_t>(key.number);
        case Kind::younger:
            return age() <= static_cast<std::int64_t>(key.number);
        case Kind::mod_seq:
            return message.modseq.value >= static_cast<std::int64_t>(key.number);
        case Kind::email_id:
            return key.text == "E" + std::to_string(message.email.value);
        default:
            return false;
    }
}

// Of ascending UIDs.
Targets only(const Targets& candidates, const std::vector<std::uint32_t>& uids) {
    Targets out;
    auto uid = uids.begin();
    for (const Target& target : candidates) {
        while (uid != uids.end() && *uid < target.uid) ++uid;
        if (uid != uids.end() && *uid == target.uid) out.push_back(target);
    }
    return out;
}

Targets by_view(const SearchScope& scope, const SearchKey& key, const Targets& candidates) {
    Selected& mailbox = scope.mailbox;
    imap::NumberSet set;
    if (key.kind == Kind::sequence) set = key.set.resolve(mailbox.count());
    if (key.kind == Kind::uid) set = key.set.resolve(mailbox.largest_uid());
    if (key.set.is_last_result()) return only(candidates, mailbox.searches().saved);
    Targets out;
    View::Finder messages(mailbox.view());
    for (const Target& target : candidates) {
        const store::Placement* message = messages.find(target.uid);
        if (message != nullptr && matches(scope, key, set, target, *message)) out.push_back(target);
    }
    return out;
}

Task<Result<Targets>> by_index(const SearchScope& scope, const SearchKey& key, Targets candidates) {
    trigrams::Query query;
    query.require(indexed_field(key.kind), mime::fold_case(key.text));
    auto emails = co_await narrowed(scope, emails_of(scope, candidates), std::move(query));
    if (!emails) co_return forward(emails);
    auto found = co_await store::Reader(scope.house.pool)
                     .search_field(scope.mailbox.ref().tenant, *std::move(emails), field_of(key.kind), key.text, after(search_limit));
    if (!found) co_return forward(found);
    co_return only_found(scope, std::move(candidates), *std::move(found));
}

// By what the view keeps of the field, where it does; the rest by the index.
Task<Result<Targets>> by_field(const SearchScope& scope, const SearchKey& key, Targets candidates) {
    const store::SearchField field = field_of(key.kind);
    View& view = scope.mailbox.view();
    std::size_t unknown = candidates.size();
    FieldMatches kept;
    if (keeps(view, field)) {
        kept = match_kept(view, field, mime::fold_case(key.text), uids_of_targets(candidates));
        unknown = kept.unknown.size();
    }
    if (worth_keeping(view, field, unknown)) {
        static_cast<void>(co_await keep_field(view, field, after(search_limit)));  // what could not be read is asked of the index
        kept = match_kept(view, field, mime::fold_case(key.text), uids_of_targets(candidates));
        unknown = kept.unknown.size();
    }
    if (unknown == candidates.size()) co_return co_await by_index(scope, key, std::move(candidates));
    Targets out = only(candidates, kept.found);
    if (unknown == 0) co_return out;
    auto rest = co_await by_index(scope, key, only(candidates, kept.unknown));
    if (!rest) co_return rest;
    co_return united(out, *rest);
}

// By the day that stands in the Date field, whatever its time zone (RFC 9051 §6.4.4).
Task<Result<Targets>> by_sent_day(const SearchScope& scope, const SearchKey& key, Targets candidates) {
    const auto keys = co_await kept_keys(scope.mailbox.view(), uids_of_targets(candidates), store::SortBy::sent, after(search_limit));
    if (!keys) co_return forward(keys);
    Targets out;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto sent = keys->sent(i);
        if (!sent.time) continue;
        const auto day = std::chrono::floor<std::chrono::days>(*sent.time + std::chrono::minutes(sent.offset));
        const bool matches = key.kind == Kind::sent_before ? day < key.date : key.kind == Kind::sent_on ? day == key.date : day >= key.date;
        if (matches) out.push_back(candidates[i]);
    }
    co_return out;
}

// Kinds that need the messages' texts: the index names those that may match, and of them the text is read.
Task<Result<Targets>> by_reading(const SearchScope& scope, const SearchKey& key, Targets candidates) {
    const auto scan = key.kind == Kind::header ? store::Reader::Scan::header_field
                      : key.kind == Kind::body ? store::Reader::Scan::body
                                               : store::Reader::Scan::text;
    trigrams::Query query;
    query.require(trigrams::Field::text, mime::fold_case(key.text));
    if (key.kind == Kind::header) query.require(trigrams::Field::text, mime::fold_case(key.field + ": "));
    const auto emails = co_await narrowed(scope, emails_of(scope, candidates), std::move(query));
    if (!emails) co_return forward(emails);
    store::Reader reader(scope.house.pool);
    std::vector<EmailId> found;
    for (std::size_t at = 0; at < emails->size(); at += texts_at_once) {
        std::vector<EmailId> some(emails->begin() + static_cast<std::ptrdiff_t>(at),
                                  emails->begin() + static_cast<std::ptrdiff_t>(std::min(at + texts_at_once, emails->size())));
        const auto matching =
            co_await reader.search_text(scope.mailbox.ref().tenant, std::move(some), scan, key.field, key.text, after(search_limit));
        if (!matching) co_return forward(matching);
        found.insert(found.end(), matching->begin(), matching->end());
        if (!scope.client.is_open()) co_return unexpected(Fault::timeout, "The client is gone");
        if (scope.progress != nullptr) scope.progress->at(std::min(at + texts_at_once, emails->size()), emails->size());
    }
    co_return only_found(scope, std::move(candidates), std::move(found));
}

Task<Result<Targets>> by_thread(const SearchScope& scope, const SearchKey& key, Targets candidates) {
    const auto number = key.text.starts_with('T') ? ascii::number(std::string_view(key.text).substr(1), INT64_MAX) : std::nullopt;
    if (!number) co_return Targets{};
    store::Reader reader(scope.house.pool);
    auto emails = co_await reader.thread(scope.mailbox.ref().owner(), ThreadId(static_cast<std::int64_t>(*number)), after(search_limit));
    if (!emails) co_return forward(emails);
    co_return only_found(scope, std::move(candidates), *std::move(emails));
}

Task<Result<Targets>> either(const SearchScope& scope, const SearchKey& key, Targets candidates, Scores* scores) {
    auto first = co_await search_messages(scope, key.children.at(0), candidates, scores);
    if (!first) co_return first;
    auto second = co_await search_messages(scope, key.children.at(1), minus(candidates, *first), scores);
    if (!second) co_return second;
    co_return united(*first, *second);
}

Task<Result<Targets>> both(const SearchScope& scope, const SearchKey& key, Targets candidates, Scores* scores) {
    std::vector<const SearchKey*> order;
    for (int class_of = 0; class_of <= 2; ++class_of)
        for (const SearchKey& child : key.children)
            if (cost(child) == class_of) order.push_back(&child);
    for (const SearchKey* child : order) {
        auto left = co_await search_messages(scope, *child, std::move(candidates), scores);
        if (!left) co_return left;
        candidates = *std::move(left);
    }
    co_return candidates;
}

}  // namespace

SearchScope scope_of(Session& session, Progress* progress) { return {session.house(), session.mailbox(), session.stream(), progress}; }

unsigned score_of(const Scores& scores, std::uint32_t uid) {
    const auto found = scores.find(uid);
    return found == scores.end() || found->second.keys == 0 ? 100 : std::max(1U, found->second.sum / found->second.keys);
}

std::optional<std::string> decode_charset(std::string_view octets, std::string_view charset) { return mime::to_utf8(octets, charset); }

Task<Result<Targets>> search_messages(const SearchScope& scope, const SearchKey& key, Targets candidates, Scores* scores) {
    if (candidates.empty() || key.kind == Kind::nothing) co_return Targets{};
    switch (key.kind) {
        case Kind::both:
            co_return co_await both(scope, key, std::move(candidates), scores);
        case Kind::either:
            co_return co_await either(scope, key, std::move(candidates), scores);
        case Kind::negation: {
            auto matching = co_await search_messages(scope, key.children.at(0), candidates);
            if (!matching) co_return matching;
            co_return minus(candidates, *matching);
        }
        case Kind::fuzzy:
            co_return co_await search_fuzzily(scope, key.children.at(0), std::move(candidates), scores);
        case Kind::thread_id:
            co_return co_await by_thread(scope, key, std::move(candidates));
        default:
            break;
    }
    if (key.kind == Kind::sent_before || key.kind == Kind::sent_on || key.kind == Kind::sent_since)
        co_return co_await by_sent_day(scope, key, std::move(candidates));
    if (cost(key) == 1) co_return co_await by_field(scope, key, std::move(candidates));
    if (cost(key) == 2) co_return co_await by_reading(scope, key, std::move(candidates));
    co_return by_view(scope, key, candidates);
}

}  // namespace sky::imapd

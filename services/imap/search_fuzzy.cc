#include "imap/search_fuzzy.h"

#include <algorithm>

#include "imap/search_narrow.h"
#include "sky/mime/fold.h"

namespace sky::imapd {
namespace {

using Kind = imap::SearchKey::Kind;
using imap::SearchKey;
using Targets = std::vector<Target>;

constexpr auto fuzzy_limit = std::chrono::seconds(60);
constexpr std::size_t texts_read = 2'000;  // at most, and of more the likeliest
constexpr std::size_t worth_the_index = 16;

bool is_field(Kind kind) {
    return kind == Kind::from || kind == Kind::to || kind == Kind::cc || kind == Kind::bcc || kind == Kind::subject;
}

// A third of a word's triples survive a slip in it; a text that has fewer of them has not the word.
Task<Result<std::vector<EmailId>>> likeliest(const SearchScope& scope, std::vector<EmailId> emails, const std::string& needle) {
    trigrams::Query query;
    const auto folded = mime::fold_case(needle);
    query.require(trigrams::Field::text, folded);
    if (emails.size() < worth_the_index || query.keys() == 0) co_return emails;
    const auto shares =
        co_await store::SearchIndex(scope.house.pool).shares(scope.mailbox.ref().owner(), emails, query, after(fuzzy_limit));
    if (!shares) co_return forward(shares);
    std::vector<std::pair<std::uint16_t, EmailId>> order;
    for (std::size_t i = 0; i < emails.size(); ++i) {
        const std::uint16_t share = (*shares)[i].value_or(static_cast<std::uint16_t>(query.keys()));
        if (share * 3U >= query.keys()) order.emplace_back(share, emails[i]);
    }
    std::ranges::sort(order, std::greater<>());
    if (order.size() > texts_read) order.resize(texts_read);
    emails.clear();
    for (const auto& [share, email] : order) emails.push_back(email);
    co_return emails;
}

Task<Result<std::map<EmailId, unsigned>>> scored(const SearchScope& scope, const SearchKey& key, std::vector<EmailId> emails) {
    store::Reader reader(scope.house.pool);
    const TenantId tenant = scope.mailbox.ref().tenant;
    if (is_field(key.kind))
        co_return co_await reader.score_field(tenant, std::move(emails), field_of(key.kind), key.text, after(fuzzy_limit));
    auto likely = co_await likeliest(scope, std::move(emails), key.text);
    if (!likely) co_return forward(likely);
    const auto scan = key.kind == Kind::header ? store::Reader::Scan::header_field
                      : key.kind == Kind::body ? store::Reader::Scan::body
                                               : store::Reader::Scan::text;
    co_return co_await reader.score_text(tenant, *std::move(likely), scan, key.field, key.text, after(fuzzy_limit));
}

Task<Result<Targets>> by_likeness(const SearchScope& scope, const SearchKey& key, Targets candidates, Scores* scores) {
    const auto emails = emails_of(scope, candidates);
    const auto found = co_await scored(scope, key, emails);
    if (!found) co_return forward(found);
    Targets out;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto score = found->find(emails[i]);
        if (score == found->end()) continue;
        out.push_back(candidates[i]);
        if (scores == nullptr) continue;
        Score& all = (*scores)[candidates[i].uid];
        all.sum += score->second;
        ++all.keys;
    }
    co_return out;
}

}  // namespace

// How several keys in one FUZZY are taken is ours to say (RFC 6203 §3): each by itself, and the scores are averaged.
Task<Result<Targets>> search_fuzzily(const SearchScope& scope, const SearchKey& key, Targets candidates, Scores* scores) {
    switch (key.kind) {
        case Kind::both:
            for (const SearchKey& child : key.children) {
                auto left = co_await search_fuzzily(scope, child, std::move(candidates), scores);
                if (!left) co_return left;
                candidates = *std::move(left);
            }
            co_return candidates;
        case Kind::either: {
            auto first = co_await search_fuzzily(scope, key.children.at(0), candidates, scores);
            if (!first) co_return first;
            auto second = co_await search_fuzzily(scope, key.children.at(1), std::move(candidates), scores);
            if (!second) co_return second;
            Targets out;
            std::ranges::set_union(*first, *second, std::back_inserter(out), {}, &Target::uid, &Target::uid);
            co_return out;
        }
        case Kind::header:
        case Kind::from:
        case Kind::to:
        case Kind::cc:
        case Kind::bcc:
        case Kind::subject:
        case Kind::body:
        case Kind::text:
            if (candidates.empty() || key.text.empty()) break;
            co_return co_await by_likeness(scope, key, std::move(candidates), scores);
        default:
            break;
    }
    co_return co_await search_messages(scope, key, std::move(candidates), scores);
}

}  // namespace sky::imapd

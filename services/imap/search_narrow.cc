#include "imap/search_narrow.h"

#include <algorithm>

namespace sky::imapd {
namespace {

using Kind = imap::SearchKey::Kind;
using Targets = std::vector<Target>;

constexpr auto narrow_limit = std::chrono::seconds(60);
constexpr std::size_t worth_the_index = 16;  // candidates

}  // namespace

// Emails of the candidates, in their order; those that are gone are left out of both.
std::vector<EmailId> emails_of(const SearchScope& scope, Targets& candidates) {
    std::vector<EmailId> out;
    out.reserve(candidates.size());
    View::Finder messages(scope.mailbox.view());
    std::erase_if(candidates, [&](const Target& target) {
        const store::Placement* message = messages.find(target.uid);
        if (message != nullptr) out.push_back(message->email);
        return message == nullptr;
    });
    return out;
}

// The candidates whose emails are among `found`.
Targets only_found(const SearchScope& scope, Targets candidates, std::vector<EmailId> found) {
    if (found.empty()) return {};
    const auto emails = emails_of(scope, candidates);
    std::ranges::sort(found);
    Targets out;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (std::ranges::binary_search(found, emails[i])) out.push_back(candidates[i]);
    return out;
}

Task<Result<std::vector<EmailId>>> narrowed(const SearchScope& scope, std::vector<EmailId> emails, trigrams::Query query) {
    if (emails.size() < worth_the_index) co_return emails;
    co_return co_await store::SearchIndex(scope.house.pool)
        .narrow(scope.mailbox.ref().owner(), std::move(emails), std::move(query), after(narrow_limit));
}

trigrams::Field indexed_field(Kind kind) {
    switch (kind) {
        case Kind::from:
            return trigrams::Field::from;
        case Kind::to:
            return trigrams::Field::to;
        case Kind::cc:
            return trigrams::Field::cc;
        case Kind::bcc:
            return trigrams::Field::bcc;
        case Kind::subject:
            return trigrams::Field::subject;
        default:
            return trigrams::Field::text;
    }
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

}  // namespace sky::imapd

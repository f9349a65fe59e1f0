#include "imap/sorting.h"

#include <algorithm>
#include <numeric>

#include "sky/base/clock.h"
#include "sky/mailstore/sort.h"

namespace sky::imapd {
namespace {

using Key = imap::SortCriterion::Key;
using store::SortBy;

constexpr auto sort_limit = std::chrono::seconds(60);
constexpr std::size_t many = 5'000;  // sorting more would keep other sessions waiting

// Text criteria, their column, and where it stands in a row.
struct TextKey {
    Key key;
    SortBy column;
    std::string store::SortRow::* text;
};
constexpr TextKey text_keys[] = {
    {Key::cc, SortBy::cc, &store::SortRow::cc},
    {Key::from, SortBy::from, &store::SortRow::from},
    {Key::to, SortBy::to, &store::SortRow::to},
    {Key::subject, SortBy::subject, &store::SortRow::subject},
    {Key::display_from, SortBy::display_from, &store::SortRow::display_from},
    {Key::display_to, SortBy::display_to, &store::SortRow::display_to},
};

const TextKey* text_key(Key key) {
    const auto found = std::ranges::find(text_keys, key, &TextKey::key);
    return found == std::ranges::end(text_keys) ? nullptr : &*found;
}

SortBy columns(const std::vector<imap::SortCriterion>& criteria) {
    SortBy out = SortBy::nothing;
    for (const imap::SortCriterion& one : criteria) {
        if (one.key == Key::date) out = out | SortBy::sent;
        if (const TextKey* text = text_key(one.key)) out = out | text->column;
    }
    return out;
}

std::int64_t number_of(Key key, const store::Placement& message, const store::SortRow* row, const Scores& scores) {
    switch (key) {
        case Key::arrival:
            return unix_micros(message.internal_date);
        case Key::date:
            return unix_micros(row != nullptr && row->sent ? *row->sent : message.internal_date);
        case Key::size:
            return message.size;
        case Key::relevancy:
            return -static_cast<std::int64_t>(score_of(scores, message.uid.value));  // the most relevant first
        default:
            return 0;
    }
}

}  // namespace

Task<Result<std::vector<SortKey>>> sort_keys(const SearchScope& scope, const std::vector<imap::SortCriterion>& criteria,
                                             const std::vector<Target>& targets, const Scores& scores) {
    const SortBy wanted = columns(criteria);
    std::vector<store::SortRow> rows;
    if (wanted != SortBy::nothing) {
        std::vector<EmailId> emails;
        emails.reserve(targets.size());
        for (const Target& target : targets) {
            const store::Placement* message = scope.mailbox.view().find(target.uid);
            emails.push_back(message != nullptr ? message->email : EmailId{});
        }
        auto read = co_await store::sort_rows(scope.house.pool, scope.mailbox.ref().tenant, std::move(emails), wanted, after(sort_limit));
        if (!read) co_return forward(read);
        rows = *std::move(read);
    }
    std::vector<SortKey> out(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i) {
        store::Placement none;
        none.uid = Uid(targets[i].uid);
        const store::Placement* message = scope.mailbox.view().find(targets[i].uid);
        for (const imap::SortCriterion& one : criteria) {
            if (const TextKey* text = text_key(one.key))
                out[i].texts.push_back(rows[i].*text->text);
            else
                out[i].numbers.push_back(
                    number_of(one.key, message != nullptr ? *message : none, rows.empty() ? nullptr : &rows[i], scores));
        }
    }
    co_return out;
}

bool comes_before(const std::vector<imap::SortCriterion>& criteria, const SortKey& a, std::uint32_t uid_a, const SortKey& b,
                  std::uint32_t uid_b) {
    std::size_t text = 0, number = 0;
    for (const imap::SortCriterion& one : criteria) {
        int compared = 0;
        if (text_key(one.key) != nullptr) {
            compared = a.texts[text].compare(b.texts[text]);
            ++text;
        } else {
            compared = a.numbers[number] < b.numbers[number] ? -1 : a.numbers[number] > b.numbers[number] ? 1 : 0;
            ++number;
        }
        if (compared != 0) return (compared < 0) != one.reverse;
    }
    return uid_a < uid_b;
}

Task<Result<std::vector<Target>>> sorted(const SearchScope& scope, std::vector<imap::SortCriterion> criteria, std::vector<Target> targets,
                                         const Scores& scores) {
    auto keys = co_await sort_keys(scope, criteria, targets, scores);
    if (!keys) co_return forward(keys);
    const std::size_t count = targets.size();
    auto sort = [criteria = std::move(criteria), targets = std::move(targets), keys = *std::move(keys)] {
        std::vector<std::uint32_t> order(targets.size());
        std::iota(order.begin(), order.end(), 0U);
        std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
            return comes_before(criteria, keys[a], targets[a].uid, keys[b], targets[b].uid);
        });
        std::vector<Target> out;
        out.reserve(order.size());
        for (const std::uint32_t at : order) out.push_back(targets[at]);
        return out;
    };
    if (count < many) co_return sort();
    co_return co_await scope.house.offload.run(after(sort_limit), std::move(sort));
}

}  // namespace sky::imapd

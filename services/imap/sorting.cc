#include "imap/sorting.h"

#include <algorithm>

#include "imap/store/kept_keys.h"
#include "sky/base/clock.h"

namespace sky::imapd {
namespace {

using Key = imap::SortCriterion::Key;
using store::SortBy;

constexpr auto sort_limit = std::chrono::seconds(60);
constexpr std::size_t many = 20'000;  // sorting more would keep other sessions waiting: some milliseconds

// Text criteria and their column.
struct TextKey {
    Key key;
    SortBy column;
};
constexpr TextKey text_keys[] = {
    {Key::cc, SortBy::cc},
    {Key::from, SortBy::from},
    {Key::to, SortBy::to},
    {Key::subject, SortBy::subject},
    {Key::display_from, SortBy::display_from},
    {Key::display_to, SortBy::display_to},
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

// What messages are sorted by: a column a criterion, of numbers or of texts that stand in `keys`.
struct Table {
    struct Column {
        bool reverse = false;
        std::vector<std::int64_t> numbers;
        std::vector<std::string_view> texts;
    };
    KeptKeys keys;
    std::vector<Column> columns;
};

// Numbers and beginnings of texts as one unsigned number each, so that most comparisons look at nothing else. Equal heads decide nothing.
std::uint64_t head(const Table::Column& column, std::size_t at) {
    std::uint64_t out = 0;
    if (column.texts.empty()) {
        out = static_cast<std::uint64_t>(column.numbers[at]) ^ (std::uint64_t{1} << 63);
    } else {
        const std::string_view text = column.texts[at];
        for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    }
    return column.reverse ? ~out : out;
}

int compared(const Table::Column& column, std::size_t a, std::size_t b) {
    const auto order = [&]() -> int {
        if (!column.texts.empty()) return column.texts[a].compare(column.texts[b]);
        return column.numbers[a] < column.numbers[b] ? -1 : column.numbers[a] > column.numbers[b] ? 1 : 0;
    }();
    return column.reverse ? -order : order;
}

std::int64_t number_of(Key key, const store::Placement& message, const KeptKeys& keys, std::size_t at, const Scores& scores) {
    switch (key) {
        case Key::arrival:
            return unix_micros(message.internal_date);
        case Key::date:
            return unix_micros(keys.sent(at).time.value_or(message.internal_date));
        case Key::size:
            return message.size;
        case Key::relevancy:
            return -static_cast<std::int64_t>(score_of(scores, message.uid.value));  // the most relevant first
        default:
            return 0;
    }
}

Task<Result<Table>> read_table(const SearchScope& scope, const std::vector<imap::SortCriterion>& criteria,
                               const std::vector<Target>& targets, const Scores& scores) {
    View& view = scope.mailbox.view();
    Table out;
    if (const SortBy wanted = columns(criteria); wanted != SortBy::nothing) {
        std::vector<std::uint32_t> uids;
        uids.reserve(targets.size());
        for (const Target& target : targets) uids.push_back(target.uid);
        auto read = co_await kept_keys(view, std::move(uids), wanted, after(sort_limit));
        if (!read) co_return forward(read);
        out.keys = *std::move(read);
    }
    for (const imap::SortCriterion& one : criteria) {
        Table::Column& column = out.columns.emplace_back(Table::Column{.reverse = one.reverse, .numbers = {}, .texts = {}});
        if (const TextKey* text = text_key(one.key)) {
            column.texts.reserve(targets.size());
            for (std::size_t i = 0; i < targets.size(); ++i) column.texts.push_back(out.keys.text(text->column, i));
            continue;
        }
        column.numbers.reserve(targets.size());
        View::Finder messages(view);
        for (std::size_t i = 0; i < targets.size(); ++i) {
            store::Placement none;
            none.uid = Uid(targets[i].uid);
            const store::Placement* message = messages.find(targets[i].uid);
            column.numbers.push_back(number_of(one.key, message != nullptr ? *message : none, out.keys, i, scores));
        }
    }
    co_return out;
}

std::vector<Target> in_order(const Table& table, const std::vector<Target>& targets) {
    struct Entry {
        std::uint64_t head;
        std::uint32_t at;
    };
    std::vector<Entry> entries(targets.size());
    for (std::uint32_t at = 0; at < entries.size(); ++at) entries[at] = {head(table.columns.front(), at), at};
    std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
        if (a.head != b.head) return a.head < b.head;
        for (const Table::Column& column : table.columns)
            if (const int order = compared(column, a.at, b.at); order != 0) return order < 0;
        return targets[a.at].uid < targets[b.at].uid;
    });
    std::vector<Target> out;
    out.reserve(entries.size());
    for (const Entry& entry : entries) out.push_back(targets[entry.at]);
    return out;
}

}  // namespace

Task<Result<std::vector<SortKey>>> sort_keys(const SearchScope& scope, const std::vector<imap::SortCriterion>& criteria,
                                             const std::vector<Target>& targets, const Scores& scores) {
    const auto table = co_await read_table(scope, criteria, targets, scores);
    if (!table) co_return forward(table);
    std::vector<SortKey> out(targets.size());
    for (std::size_t i = 0; i < targets.size(); ++i)
        for (const Table::Column& column : table->columns) {
            if (column.texts.empty())
                out[i].numbers.push_back(column.numbers[i]);
            else
                out[i].texts.emplace_back(column.texts[i]);
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
    if (targets.size() < 2) co_return targets;
    auto table = co_await read_table(scope, criteria, targets, scores);
    if (!table) co_return forward(table);
    if (targets.size() < many) co_return in_order(*table, targets);
    co_return co_await scope.house.offload.run(
        after(sort_limit), [table = *std::move(table), targets = std::move(targets)] { return in_order(table, targets); });
}

}  // namespace sky::imapd

#include "imap/store/kept_fields.h"

#include <algorithm>

#include "sky/mailstore/read.h"

namespace sky::imapd {
namespace {

constexpr std::int64_t largest_mailbox = 20'000;  // messages; for more the index is not slower
constexpr std::size_t fewest_unknown = 256;       // fewer are read as fast as they are found
constexpr char cut = '\0';                        // behind what is only the beginning of a field; no text has it

std::size_t column_of(store::SearchField field) { return sort_columns + static_cast<std::size_t>(field); }

// Messages of a block whose field is not kept yet.
struct Missing {
    std::size_t block = 0;
    std::vector<std::uint32_t> uids;
    std::vector<EmailId> emails;
};

// Of the first block from `begin` on in which there are any.
Missing next_missing(View& view, std::size_t column, std::size_t begin) {
    for (const std::size_t block : view.held_blocks()) {
        if (block < begin) continue;
        const KeyColumn none;
        const auto& kept = (*view.keys(block))[column];
        const KeyColumn& here = kept ? *kept : none;
        Missing out{block, {}, {}};
        std::size_t at = 0;
        for (const store::Placement& message : *view.messages(block)) {
            while (at < here.size() && here.uid(at) < message.uid.value) ++at;
            if (at < here.size() && here.uid(at) == message.uid.value) continue;
            out.uids.push_back(message.uid.value);
            out.emails.push_back(message.email);
        }
        if (!out.uids.empty()) return out;
    }
    return {};
}

// What was kept, and what was read, by UID.
std::shared_ptr<const KeyColumn> joined(const KeyColumn& old, const Missing& read, const std::vector<store::FieldText>& texts) {
    auto out = std::make_shared<KeyColumn>();
    std::size_t at = 0;
    for (std::size_t i = 0; i < read.uids.size(); ++i) {
        for (; at < old.size() && old.uid(at) < read.uids[i]; ++at) out->add(old.uid(at), old.key(at));
        if (at < old.size() && old.uid(at) == read.uids[i]) ++at;
        out->add(read.uids[i], texts[i].whole ? texts[i].folded : texts[i].folded + cut);
    }
    for (; at < old.size(); ++at) out->add(old.uid(at), old.key(at));
    out->fit();
    return out;
}

}  // namespace

bool keeps(View& view, store::SearchField field) {
    return std::ranges::any_of(view.held_blocks(), [&](std::size_t block) { return (*view.keys(block))[column_of(field)] != nullptr; });
}

FieldMatches match_kept(View& view, store::SearchField field, std::string_view needle, const std::vector<std::uint32_t>& uids) {
    FieldMatches out;
    const KeyColumn* column = nullptr;
    std::size_t at = 0, block = SIZE_MAX;
    for (const std::uint32_t uid : uids) {
        if (const std::size_t here = UidMap::block_of(uid); here != block) {
            const BlockKeys* keys = view.keys(here);
            column = keys != nullptr ? (*keys)[column_of(field)].get() : nullptr;
            block = here;
            at = 0;
        }
        while (column != nullptr && at < column->size() && column->uid(at) < uid) ++at;
        if (column == nullptr || at == column->size() || column->uid(at) != uid) {
            out.unknown.push_back(uid);
            continue;
        }
        const std::string_view text = column->key(at);
        if (!text.empty() && text.contains(needle))
            out.found.push_back(uid);
        else if (text.ends_with(cut))
            out.unknown.push_back(uid);
    }
    return out;
}

bool worth_keeping(View& view, store::SearchField field, std::size_t unknown) {
    const unsigned bit = 1U << static_cast<unsigned>(field);
    if (unknown < fewest_unknown || view.row().messages > largest_mailbox) return false;
    const bool again = (view.fields_searched & bit) != 0;
    view.fields_searched |= bit;
    return again;
}

Task<Result<void>> keep_field(View& view, store::SearchField field, Deadline deadline) {
    const std::size_t column = column_of(field);
    for (std::size_t begin = 0;;) {
        const Missing missing = next_missing(view, column, begin);
        if (missing.uids.empty()) co_return Result<void>{};
        const UidValidity uid_validity = view.row().uid_validity;
        const auto texts = co_await store::Reader(*view.pool()).field_texts(view.ref().tenant, missing.emails, field, deadline);
        if (!texts) co_return forward(texts);
        if (view.row().uid_validity != uid_validity) co_return Result<void>{};  // another mailbox now
        if (BlockKeys* keys = view.keys(missing.block)) {
            const auto old = (*keys)[column];
            (*keys)[column] = joined(old ? *old : KeyColumn(), missing, *texts);
        }
        begin = missing.block + 1;
    }
}

}  // namespace sky::imapd

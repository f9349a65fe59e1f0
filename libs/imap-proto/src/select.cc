#include "sky/imap-proto/select.h"

#include <algorithm>

namespace sky::imap {
namespace {

// known-uids and known-sequence-set: "*" would mean what the client doesn't know.
Result<NumberSet> known_set(Arguments& in) {
    const auto set = in.sequence_set();
    if (!set) return forward(set);
    const bool open = std::ranges::any_of(
        set->items(), [](const Range& item) { return item.first == SequenceSet::star || item.last == SequenceSet::star; });
    if (open) return unexpected(Fault::syntax, "A known set names its numbers; it has no \"*\"");
    return set->resolve(UINT32_MAX);
}

// seq-match-data = "(" known-sequence-set SP known-uid-set ")", behind its "("
Result<KnownState::Match> match_data(Arguments& in) {
    KnownState::Match out;
    auto numbers = known_set(in);
    if (!numbers) return forward(numbers);
    if (const auto space = in.space(); !space) return forward(space);
    auto uids = known_set(in);
    if (!uids) return forward(uids);
    if (const auto close = in.expect(')'); !close) return forward(close);
    if (numbers->size() != uids->size()) return unexpected(Fault::syntax, "Message numbers and UIDs do not match one by one");
    out.numbers = *std::move(numbers);
    out.uids = *std::move(uids);
    return out;
}

// "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")". Clients that know no MODSEQ yet send 0, which the
// grammar does not know: before all changes.
Result<KnownState> known_state(Arguments& in) {
    KnownState out;
    if (const auto open = in.expect('('); !open) return forward(open);
    const auto validity = in.number();
    if (!validity) return forward(validity);
    out.uid_validity = static_cast<std::uint32_t>(*validity);
    if (const auto space = in.space(); !space) return forward(space);
    const auto modseq = in.number(INT64_MAX);
    if (!modseq) return forward(modseq);
    out.modseq = *modseq;
    if (out.uid_validity == 0) return unexpected(Fault::syntax, "UIDVALIDITY is at least 1");
    bool more = in.take(' ');
    if (more && in.peek() != '(') {
        auto uids = known_set(in);
        if (!uids) return forward(uids);
        out.uids = *std::move(uids);
        more = in.take(' ');
    }
    if (more) {
        if (const auto open = in.expect('('); !open) return forward(open);
        auto match = match_data(in);
        if (!match) return forward(match);
        out.match = *std::move(match);
    }
    if (const auto close = in.expect(')'); !close) return forward(close);
    return out;
}

}  // namespace

Result<SelectRequest> parse_select(Arguments& in) {
    SelectRequest out;
    auto mailbox = in.mailbox();
    if (!mailbox) return forward(mailbox);
    out.mailbox = *std::move(mailbox);
    if (in.take(' ')) {
        if (const auto open = in.expect('('); !open) return forward(open);
        do {
            if (in.take_word("CONDSTORE")) {
                out.condstore = true;
            } else if (in.take_word("QRESYNC")) {
                if (out.known) return unexpected(Fault::syntax, "QRESYNC is given twice");
                if (const auto space = in.space(); !space) return forward(space);
                auto known = known_state(in);
                if (!known) return forward(known);
                out.known = *std::move(known);
            } else {
                return unexpected(Fault::syntax, "There is no such parameter");
            }
        } while (in.take(' '));
        if (const auto close = in.expect(')'); !close) return forward(close);
    }
    if (const auto end = in.end(); !end) return forward(end);
    return out;
}

}  // namespace sky::imap

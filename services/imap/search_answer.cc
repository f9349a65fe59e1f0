#include "imap/search_answer.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imapd {
namespace {

using imap::append_number;

std::uint32_t shown(const Target& target, Numbers form) { return form == Numbers::uid ? target.uid : target.number; }

// In the order given, with ranges where numbers follow each other upwards (RFC 5267 §3.2).
std::string set_text(std::span<const Target> targets, Numbers form) {
    std::string out;
    for (std::size_t i = 0; i < targets.size();) {
        std::size_t last = i;
        while (last + 1 < targets.size() && shown(targets[last + 1], form) == shown(targets[last], form) + 1) ++last;
        if (!out.empty()) out += ',';
        append_number(out, shown(targets[i], form));
        if (last > i) append_number(out += ':', shown(targets[last], form));
        i = last + 1;
    }
    return out;
}

std::span<const Target> part_of(const imap::SearchReturn& asked, const std::vector<Target>& targets) {
    const auto slice = asked.partial->of(targets.size());
    return std::span(targets).subspan(slice.begin, slice.end - slice.begin);
}

void raise(ModSeq& highest, const SearchScope& scope, const Target& target) {
    if (const store::Placement* message = scope.mailbox.view().find(target.uid)) highest = std::max(highest, message->modseq);
}

// Of what the response names (RFC 4731 §3.2).
ModSeq highest(const imap::SearchReturn& asked, const SearchScope& scope, const std::vector<Target>& targets) {
    ModSeq out;
    const bool all = !asked.extended || asked.all || asked.count || asked.partial || !(asked.min || asked.max);
    if (all) {
        for (const Target& target : targets) raise(out, scope, target);
    } else {
        if (asked.min) raise(out, scope, targets.front());
        if (asked.max) raise(out, scope, targets.back());
    }
    return out;
}

void append_scores(std::string& out, std::span<const Target> targets, const Scores& scores) {
    out += " RELEVANCY (";
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (i > 0) out += ' ';
        append_number(out, score_of(scores, targets[i].uid));
    }
    out += ')';
}

}  // namespace

void append_plain(std::string& out, std::string_view verb, const SearchScope& scope, const SearchResult& result, Numbers form) {
    (out += "* ") += verb;
    for (const Target& target : result.targets) append_number(out += ' ', shown(target, form));
    if (result.tells_mod_seq && !result.targets.empty()) {
        append_number(out += " (MODSEQ ", static_cast<std::uint64_t>(highest({}, scope, result.targets).value));
        out += ')';
    }
    out += "\r\n";
}

void append_extended(std::string& out, const SearchCorrelator& correlator, const imap::SearchReturn& asked, const SearchScope& scope,
                     const SearchResult& result, Numbers form) {
    if (asked.is_silent()) return;
    const std::vector<Target>& targets = result.targets;
    out += "* ESEARCH (TAG ";
    imap::append_string(out, correlator.tag);
    if (correlator.mailbox != nullptr) {
        imap::append_mailbox(out += " MAILBOX ", correlator.mailbox->name, correlator.names);
        append_number(out += " UIDVALIDITY ", correlator.mailbox->uid_validity.value);
    }
    out += ')';
    if (form == Numbers::uid) out += " UID";
    if (asked.min && !targets.empty()) append_number(out += " MIN ", shown(targets.front(), form));
    if (asked.max && !targets.empty()) append_number(out += " MAX ", shown(targets.back(), form));
    if (asked.count) append_number(out += " COUNT ", targets.size());
    if (asked.all && !targets.empty()) (out += " ALL ") += set_text(targets, form);
    std::span<const Target> answered = targets;
    if (asked.partial) {
        answered = part_of(asked, targets);
        imap::append_partial_range(out += " PARTIAL (", *asked.partial);
        ((out += ' ') += answered.empty() ? "NIL" : set_text(answered, form)) += ')';
    }
    if (asked.relevancy) append_scores(out, answered, result.scores);
    if (result.tells_mod_seq && !targets.empty())
        append_number(out += " MODSEQ ", static_cast<std::uint64_t>(highest(asked, scope, targets).value));
    out += "\r\n";
}

std::vector<std::uint32_t> saved_of(const imap::SearchReturn& asked, const std::vector<Target>& targets) {
    std::vector<std::uint32_t> out;
    const bool some = !asked.all && !asked.count && (asked.partial || asked.min || asked.max);
    if (!some) {
        for (const Target& target : targets) out.push_back(target.uid);
    } else if (!targets.empty()) {
        if (asked.partial)
            for (const Target& target : part_of(asked, targets)) out.push_back(target.uid);
        if (asked.min) out.push_back(targets.front().uid);
        if (asked.max) out.push_back(targets.back().uid);
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace sky::imapd

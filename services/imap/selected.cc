#include "imap/selected.h"

#include <algorithm>

#include "sky/imap-proto/write.h"

namespace sky::imapd {
using imap::append_number;

store::UidSet uids_of(const std::vector<Target>& targets) {
    std::vector<std::uint32_t> uids;
    uids.reserve(targets.size());
    for (const Target& target : targets) uids.push_back(target.uid);
    return store::uid_set(std::move(uids));
}

Selected::Selected(std::shared_ptr<View> view, Access access, Event& wake)
    : view_(std::move(view)),
      access_(access),
      at_select_{static_cast<std::uint64_t>(view_->row().messages), view_->row().uid_next, view_->row().modseq},
      exists_told_(at_select_.messages),
      flags_told_(at_select_.modseq),
      keywords_told_(view_->row().keywords.size()),
      bell_(view_->changed, wake) {
    if (view_->loaded() && !view_->stale()) {
        uids_ = view_->uids();
        exists_told_ = uids_->size();
    }
}

// SELECT told a count; the list itself is read when the first command needs it. What was there then is what is there now below UIDNEXT,
// and what vanished since: that still has numbers.
Task<Result<void>> Selected::number(Deadline deadline) {
    if (uids_) co_return Result<void>{};
    if (auto loaded = co_await view_->load(deadline); !loaded) co_return loaded;
    SharedUids now = view_->uids();
    if (view_->modseq() <= at_select_.modseq) {
        uids_ = now;
        co_return Result<void>{};
    }
    auto gone = co_await store::Reader(*view_->pool()).vanished(ref(), at_select_.modseq, deadline);
    if (!gone) co_return forward(gone);
    UidList then;
    for (const std::uint32_t uid : *view_->uids())
        if (uid < at_select_.uid_next.value) then.push_back(uid);
    if (*gone)
        for (const std::uint32_t uid : store::uid_list(**gone))
            if (uid < at_select_.uid_next.value) then.push_back(uid);
    std::ranges::sort(then);
    then.erase(std::unique(then.begin(), then.end()), then.end());
    uids_ = std::make_shared<const UidList>(std::move(then));
    co_return Result<void>{};
}

Task<Result<std::vector<Target>>> Selected::all(Deadline deadline) {
    if (auto ready = co_await number(deadline); !ready) co_return forward(ready);
    std::vector<Target> out;
    out.reserve(uids_->size());
    for (std::size_t i = 0; i < uids_->size(); ++i) out.push_back({static_cast<std::uint32_t>(i + 1), (*uids_)[i]});
    co_return out;
}

Task<Result<std::vector<Target>>> Selected::resolve(imap::SequenceSet set, Numbers numbers, Deadline deadline) {
    if (auto ready = co_await number(deadline); !ready) co_return forward(ready);
    if (numbers == Numbers::sequence && set.beyond(count())) co_return unexpected(Fault::syntax, "There is no message of that number");
    std::vector<Target> out;
    const UidList& uids = *uids_;
    const imap::NumberSet meant = set.resolve(numbers == Numbers::sequence ? count() : largest_uid());
    for (const imap::Range& range : meant.ranges()) {
        if (numbers == Numbers::sequence) {
            for (std::uint32_t n = range.first; n <= range.last && n <= uids.size(); ++n) out.push_back({n, uids[n - 1]});
        } else {
            for (auto at = std::ranges::lower_bound(uids, range.first); at != uids.end() && *at <= range.last; ++at)
                out.push_back({static_cast<std::uint32_t>(at - uids.begin() + 1), *at});
        }
    }
    co_return out;
}

std::uint32_t Selected::number_of(std::uint32_t uid) const {
    if (!uids_) return 0;
    const auto at = std::ranges::lower_bound(*uids_, uid);
    return at != uids_->end() && *at == uid ? static_cast<std::uint32_t>(at - uids_->begin() + 1) : 0;
}

Task<Result<void>> Selected::announce(std::string& out, Views& views, Expunges expunges, Numbers form, Deadline deadline) {
    // Nobody looked at the messages yet and nothing happened: there is nothing to load for.
    if (!uids_ && !view_->loaded()) {
        if (!view_->stale() && views.hearing()) co_return Result<void>{};
        const auto same = co_await view_->unchanged(deadline);
        if (!same) co_return forward(same);
        if (*same && view_->row().modseq == at_select_.modseq) co_return Result<void>{};
    }
    if (auto fresh = co_await views.catch_up(*view_, deadline); !fresh) co_return fresh;
    if (auto ready = co_await number(deadline); !ready) co_return ready;
    const SharedUids before = uids_;
    announce_list(out, expunges);
    if (view_->row().keywords.size() != keywords_told_) {
        keywords_told_ = view_->row().keywords.size();
        append_flags(out);
    }
    announce_flags(out, before, form);
    co_return Result<void>{};
}

void Selected::announce_list(std::string& out, Expunges expunges) {
    const UidList& now = *view_->uids();
    if (uids_ != view_->uids()) {
        auto list = std::make_shared<UidList>();
        std::uint32_t number = 0;
        std::size_t at = 0;
        bool held = false;
        for (const std::uint32_t uid : *uids_) {
            ++number;
            while (at < now.size() && now[at] < uid) ++at;
            const bool here = at < now.size() && now[at] == uid;
            if (here || expunges == Expunges::held_back) {
                list->push_back(uid);
                held = held || !here;
                continue;
            }
            out += "* ";
            append_number(out, number--);
            out += " EXPUNGE\r\n";
            if (exists_told_ > 0) --exists_told_;
        }
        if (held) {
            const std::uint32_t last = uids_->empty() ? 0 : uids_->back();
            for (auto fresh = std::ranges::upper_bound(now, last); fresh != now.end(); ++fresh) list->push_back(*fresh);
            uids_ = std::move(list);
        } else {
            uids_ = view_->uids();
        }
    }
    // Only if SELECT's count was wrong: the client must never hold numbers that we don't.
    for (; exists_told_ > uids_->size(); --exists_told_) {
        out += "* ";
        append_number(out, exists_told_);
        out += " EXPUNGE\r\n";
    }
    if (exists_told_ != uids_->size()) {
        exists_told_ = uids_->size();
        out += "* ";
        append_number(out, exists_told_);
        out += " EXISTS\r\n";
    }
}

void Selected::announce_flags(std::string& out, const SharedUids& before, Numbers form) {
    const std::uint32_t last_known = before->empty() ? 0 : before->back();
    for (const std::uint32_t uid : view_->changed_since(flags_told_)) {
        if (uid > last_known) break;  // new: the client asks for its flags itself
        const std::uint32_t number = number_of(uid);
        const store::Placement* message = view_->find(uid);
        if (number == 0 || message == nullptr) continue;
        if (std::ranges::find(told_, std::pair(uid, message->modseq)) != told_.end()) continue;
        out += "* ";
        append_number(out, number);
        out += " FETCH (";
        if (form == Numbers::uid) {
            out += "UID ";
            append_number(out, uid);
            out += ' ';
        }
        ((out += "FLAGS (") += view_->flags_text(message->flags)) += "))\r\n";
    }
    flags_told_ = std::max(flags_told_, view_->modseq());
    told_.clear();
}

void Selected::append_flags(std::string& out) const {
    out += "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    for (const std::string& keyword : view_->row().keywords) (out += ' ') += keyword;
    out += ")\r\n";
}

void Selected::append_permanent_flags(std::string& out) const {
    if (read_only()) return;
    out += "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
    for (const std::string& keyword : view_->row().keywords) (out += ' ') += keyword;
    if (view_->row().keywords.size() < store::max_keywords) out += " \\*";
}

}  // namespace sky::imapd

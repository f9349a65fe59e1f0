// What a client is told of its mailbox: expunged messages, new ones, flags.
#include <algorithm>

#include "imap/selected.h"
#include "sky/imap-proto/write.h"

namespace sky::imapd {
using imap::append_number;

void append_fetch_start(std::string& out, const Telling& telling, std::uint32_t number, std::uint32_t uid) {
    append_number(out += "* ", telling.uid_only ? uid : number);
    out += telling.uid_only ? " UIDFETCH (" : " FETCH (";
}

void append_flag_items(std::string& out, const Telling& telling, std::string_view flags, std::uint32_t uid, ModSeq modseq) {
    if (telling.form == Numbers::uid && !telling.uid_only) {
        append_number(out += "UID ", uid);
        out += ' ';
    }
    ((out += "FLAGS (") += flags) += ')';
    if (!telling.mod_seq) return;
    append_number(out += " MODSEQ (", static_cast<std::uint64_t>(modseq.value));
    out += ')';
}

Task<Result<void>> Selected::announce(std::string& out, Views& views, Expunges expunges, const Telling& telling, Deadline deadline) {
    // Nobody looked at the messages yet and nothing happened: there is nothing to number for.
    if (!uids_ && !view_->loaded()) {
        if (!view_->stale() && views.hearing()) co_return Result<void>{};
        const auto same = co_await view_->unchanged(deadline);
        if (!same) co_return forward(same);
        if (*same && view_->row().modseq == at_select_.modseq) co_return Result<void>{};
    }
    if (auto fresh = co_await views.catch_up(*view_, deadline); !fresh) co_return fresh;
    if (auto ready = co_await number(deadline); !ready) co_return ready;
    if (auto ready = co_await settle_blocks(deadline); !ready) co_return ready;
    const std::uint32_t uid_next = uid_next_;
    announce_list(out, expunges, telling);
    if (telling.recent) {
        co_await claim_recent(uid_next, deadline);
        announce_recent(out);
    }
    tell_keywords(out);
    if (!telling.flags) co_return Result<void>{};
    // A client that comes back asks for what lies above the highest MODSEQ it was told: none may be told above an expunge that was not.
    if (held_ && (telling.mod_seq || telling.vanished)) co_return Result<void>{};
    co_return co_await announce_flags(out, uid_next, telling, deadline);
}

// Blocks in which view and client differ are known, but for a view that began anew.
Task<Result<void>> Selected::settle_blocks(Deadline deadline) {
    for (int attempt = 0;; ++attempt) {
        std::vector<std::size_t> unknown;
        for (std::size_t block = 0; block < view_->uids()->blocks(); ++block)
            if (!uids_->same(block, *view_->uids()) && !view_->uids()->known(block)) unknown.push_back(block);
        if (unknown.empty()) break;
        if (attempt == 3) co_return unexpected(Fault::unavailable, "The mailbox changes too fast", "blocks of a client");
        if (auto touched = co_await view_->touch(std::move(unknown), deadline); !touched) co_return touched;
    }
    for (std::size_t block = 0; block < uids_->blocks(); ++block)
        if (!uids_->same(block, *view_->uids()) && !uids_->known(block) && view_->uids()->count(block) > 0)
            co_return unexpected(Fault::not_found, "The mailbox has to be selected again", "its history is gone");
    co_return Result<void>{};
}

void Selected::announce_list(std::string& out, Expunges expunges, const Telling& telling) {
    const SharedUids now = view_->uids();
    if (uids_ != now) {
        imap::NumberSet vanished;
        std::vector<std::uint32_t> fresh;
        held_ = false;
        std::uint32_t told = 0;  // EXPUNGE responses so far: each lowers the numbers behind it
        const auto expunge = [&](std::uint32_t number, std::uint32_t uid) {
            if (expunges == Expunges::held_back) {
                held_ = true;
                return;
            }
            if (exists_told_ > 0) --exists_told_;
            if (recent_count_ > 0 && is_recent(uid)) --recent_count_;
            if (telling.vanished) {
                if (uid > 0) vanished.add(uid);
                return;
            }
            append_number(out += "* ", number - told++);
            out += " EXPUNGE\r\n";
        };
        for (std::size_t block = 0; block < std::max(uids_->blocks(), now->blocks()); ++block) {
            if (uids_->same(block, *now)) continue;
            std::uint32_t number = uids_->before(block);
            if (uids_->known(block)) {
                uids_->each(block, [&](std::uint32_t uid) {
                    ++number;
                    if (!now->contains(uid)) expunge(number, uid);
                });
            } else {  // gone as a whole, and nobody knew which they were: all UIDs of the block stand for them
                for (std::uint32_t i = 0; i < uids_->count(block); ++i) expunge(++number, 0);
                if (telling.vanished && expunges == Expunges::told)
                    vanished.add({UidMap::first_of(block), std::min(UidMap::last_of(block), uid_next_ - 1)});
            }
            now->each(block, [&](std::uint32_t uid) {
                if (uid >= uid_next_) fresh.push_back(uid);
            });
        }
        if (!vanished.empty()) ((out += "* VANISHED ") += vanished.text()) += "\r\n";
        if (held_) {
            auto both = std::make_shared<UidMap>(*uids_);
            both->add(fresh);
            uids_ = std::move(both);
        } else {
            uids_ = now;
        }
        if (collects_)
            for (const std::uint32_t uid : fresh) fresh_.push_back({uids_->number_of(uid), uid});
        uid_next_ = std::max(uid_next_, view_->row().uid_next.value);
    }
    announce_exists(out, telling);
}

void Selected::announce_exists(std::string& out, const Telling& telling) {
    // Only if SELECT's count was wrong: the client must never hold numbers that we don't.
    for (; exists_told_ > uids_->size() && !telling.vanished; --exists_told_) {
        append_number(out += "* ", exists_told_);
        out += " EXPUNGE\r\n";
    }
    if (exists_told_ == uids_->size()) return;
    exists_told_ = uids_->size();
    append_number(out += "* ", exists_told_);
    out += " EXISTS\r\n";
}

Task<Result<void>> Selected::announce_flags(std::string& out, std::uint32_t uid_next, const Telling& telling, Deadline deadline) {
    const ModSeq now = view_->modseq();
    if (flags_told_ < now) {
        auto changed = co_await view_->changed_above(flags_told_, deadline);
        if (!changed) co_return forward(changed);
        std::ranges::sort(told_);
        std::erase_if(*changed, [&](const store::Placement& one) {
            return one.uid.value >= uid_next ||  // new: the client asks for its flags itself
                   std::ranges::binary_search(told_, std::pair(one.uid.value, one.modseq));
        });
        const auto targets = co_await numbered(*changed, deadline);
        if (!targets) co_return forward(targets);
        auto message = changed->begin();
        for (const Target& target : *targets) {
            while (message->uid.value != target.uid) ++message;
            append_fetch_start(out, telling, target.number, target.uid);
            append_flag_items(out, telling, flags_text(*message), target.uid, message->modseq);
            out += ")\r\n";
        }
    }
    flags_told_ = std::max(flags_told_, now);
    told_.clear();
    co_return Result<void>{};
}

}  // namespace sky::imapd

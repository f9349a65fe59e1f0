#include "smtp/reception.h"

namespace sky::smtpd {

std::size_t Reception::feed(std::string_view wire) {
    piece_.clear();
    const auto taken = reader_.feed(wire, piece_);
    if (!reader_.violations().any() && kept_ && header_fine_) {
        hash_.feed(piece_);
        header_fine_ = header_.feed(piece_);
        kept_ = body_.append(piece_);
    }
    if (reader_.complete()) header_.finish();
    return taken;
}

std::optional<smtp::Reply> Reception::refusal() const {
    const smtp::Violations& seen = reader_.violations();
    if (seen.too_large) return smtp::Reply{552, "5.3.4", {"message too large"}};
    if (seen.bare_cr || seen.bare_lf) return smtp::Reply{550, "5.6.0", {"bare CR or LF in message"}};  // RFC 5321 §2.3.8
    if (seen.nul) return smtp::Reply{550, "5.6.0", {"NUL in message"}};
    if (seen.long_line) return smtp::Reply{554, "5.6.0", {"line too long"}};
    if (!header_fine_) return smtp::Reply{554, "5.6.0", {header_fine_.error().text}};
    if (header_.received() > smtp::max_hops) return smtp::Reply{554, "5.4.6", {"too many hops, mail is looping"}};  // RFC 5321 §6.3
    if (!kept_) return smtp::Reply{452, "4.3.1", {kept_.error().text}};
    return std::nullopt;
}

}  // namespace sky::smtpd

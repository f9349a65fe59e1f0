#pragma once
// BINARY[…] and BINARY.SIZE[…]: parts without their content transfer encoding (RFC 3516 §4.2, RFC 9051 §6.4.5).
#include <optional>
#include <vector>

#include "imap/octets_ahead.h"
#include "sky/mime/section.h"

namespace sky::imapd {

struct BinaryFacts {
    std::uint64_t size = 0;  // decoded
    bool has_nul = false;    // or may have
};

// How far a part has been decoded.
struct BinaryPlace {
    std::uint64_t encoded = 0;  // octets that were read
    std::uint64_t decoded = 0;  // octets that came of them
    mime::TransferDecoder decoder;
};

// What a client that reads a part chunk by chunk need not have decoded once more with each of them. Of the last such part.
struct BinaryKept {
    EmailId email;
    std::vector<std::uint32_t> path;
    imap::Section::Text text = imap::Section::Text::none;
    std::optional<BinaryFacts> facts;
    BinaryPlace place;
};

// The parts of one message, for as long as its FETCH response is written: what decoding told of a part is kept for the next item.
class BinaryParts {
  public:
    // `octets`: the beginning of the message as far as it has been read ahead, maybe nothing.
    BinaryParts(Session& session, const FetchOne& one, std::string_view octets) : session_(&session), one_(&one), octets_(octets) {}

    // Fault::unsupported when nobody knows the part's encoding: NO [UNKNOWN-CTE]. Ask before anything is written.
    Result<void> check(const imap::FetchItem& item);

    // "BINARY[1] {3}CRLFabc", in constant memory however large the part is. A part that does not exist is NIL, its size 0.
    Task<Result<void>> append(const imap::FetchItem& item);

  private:
    struct Part {
        std::vector<std::uint32_t> path;
        imap::Section::Text text = imap::Section::Text::none;
        mime::Range range;  // encoded
        mime::Encoding encoding = mime::Encoding::binary;
        std::optional<BinaryFacts> facts;
    };
    // Octets [from, to) of the decoded part.
    struct Window {
        std::uint64_t from = 0;
        std::uint64_t to = UINT64_MAX;
    };
    class Decoding;
    Decoding decoding(const Part& part, std::uint64_t from) const;
    const BinaryKept* kept_of(const Part& part) const;
    void keep(const Part& part, Window window, const Decoding& decoding);
    Result<Part*> find(const imap::Section& section);
    Task<Result<void>> append_fields(const imap::FetchItem& item, mime::Range header);
    Task<Result<BinaryFacts>> learn(Part& part);
    Task<Result<std::optional<std::string>>> gather(Part& part, Window window);
    Task<Result<void>> stream(Part& part, Window window, BinaryFacts facts);
    void announce(std::uint64_t size, bool has_nul);

    Session* session_;
    const FetchOne* one_;
    std::string_view octets_;
    std::vector<Part> parts_;
};

}  // namespace sky::imapd

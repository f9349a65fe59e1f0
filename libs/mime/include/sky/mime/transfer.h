#pragma once
// Content-Transfer-Encoding (RFC 2045 §6). The decoders are incremental: any cutting of the input gives the same output.
#include <cstdint>
#include <string>
#include <string_view>

namespace sky::mime {

enum class Encoding : std::uint8_t { seven_bit, eight_bit, binary, quoted_printable, base64, unknown };

// By the value of the field; absent (empty) is 7bit.
Encoding parse_encoding(std::string_view value);

// Decodes one part piece by piece. Nothing is refused: characters that do not belong are skipped (base64) or kept (quoted-printable).
class TransferDecoder {
  public:
    explicit TransferDecoder(Encoding encoding) : encoding_(encoding) {}
    void feed(std::string_view piece, std::string& out);  // appends
    void finish(std::string& out);

  private:
    void feed_base64(std::string_view piece, std::string& out);
    void feed_quoted(std::string_view piece, std::string& out);
    Encoding encoding_;
    std::uint32_t bits_ = 0;
    int held_ = 0;         // base64 digits held in bits_
    std::string pending_;  // quoted-printable: an unfinished "=XX" or trailing white space
};

std::string decode_transfer(std::string_view body, Encoding encoding);
std::string encode_base64_lines(std::string_view octets);    // 76 columns, CRLF
std::string encode_quoted_printable(std::string_view text);  // text with CRLF lines; 76 columns

}  // namespace sky::mime

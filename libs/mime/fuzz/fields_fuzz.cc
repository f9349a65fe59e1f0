// Field parsers: text comes out as UTF-8 without CR, LF and NUL; decoding does not depend on how the input was cut.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sky/base/ascii.h"
#include "sky/mime/address.h"
#include "sky/mime/date.h"
#include "sky/mime/header.h"
#include "sky/mime/message_id.h"
#include "sky/mime/parameters.h"
#include "sky/mime/transfer.h"
#include "sky/mime/words.h"

namespace {
void require(bool holds) {
    if (!holds) std::abort();
}
bool is_clean(std::string_view text) {
    return sky::ascii::is_utf8(text) && text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sky::mime;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    require(is_clean(decode_words(text)));
    require(unfold(text).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    for (const auto& address : parse_addresses(text, 100)) require(address.local.size() + address.name.size() <= 2 * size);
    (void)readable(parse_addresses(text, 100));
    if (const auto type = parse_content_type(text)) require(type->parameters.size() <= 128);
    (void)parse_disposition(text);
    if (const auto date = parse_date(text)) require(parse_date(format_date(date->time))->time == date->time);
    (void)parse_internal_date(text);
    for (const auto& id : parse_message_ids(text)) require(id.size() <= 995);
    require(base_subject(base_subject(text)) == base_subject(text));
    for (const auto encoding : {Encoding::base64, Encoding::quoted_printable}) {
        TransferDecoder decoder(encoding);
        std::string out;
        for (const char c : text) decoder.feed({&c, 1}, out);
        decoder.finish(out);
        require(out == decode_transfer(text, encoding));
    }
    require(decode_transfer(encode_base64_lines(text), Encoding::base64) == text);
    require(decode_transfer(encode_quoted_printable(text), Encoding::quoted_printable) == text);
    return 0;
}

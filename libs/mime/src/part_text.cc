#include "sky/mime/part_text.h"

#include "sky/mime/header.h"
#include "sky/mime/parameters.h"
#include "sky/mime/words.h"

namespace sky::mime {

PartLabel part_label(std::string_view header_text, const Part& part) {
    PartLabel label;
    const auto header = parse_header(header_text);
    if (const auto* field = find(header, "content-disposition")) {
        const auto disposition = parse_disposition(field->value);
        label.attachment = disposition && disposition->kind == "attachment";
    }
    if (part.fallback) return label;
    if (const auto* field = find(header, "content-type")) {
        if (const auto type = parse_content_type(field->value)) {
            label.html = type->is("text", "html");
            if (const auto* charset = find_parameter(type->parameters, "charset")) label.charset = *charset;
        }
    }
    return label;
}

std::string charset_text(std::string_view octets, const PartLabel& label) {
    if (!label.charset.empty())
        if (auto text = to_utf8(octets, label.charset)) return *text;
    return guess_utf8(octets);
}

std::string decode_text(std::string_view body, const Part& part, const PartLabel& label) {
    if (part.encoding == Encoding::base64 || part.encoding == Encoding::quoted_printable)
        return charset_text(decode_transfer(body, part.encoding), label);
    return charset_text(body, label);
}

}  // namespace sky::mime

#pragma once
// The text of one leaf: transfer decoding, then charset to UTF-8. For searching and previews.
#include <string>
#include <string_view>

#include "sky/mime/tree.h"

namespace sky::mime {

// What a part's own header says about its text.
struct PartLabel {
    std::string charset;  // empty: not said
    bool html = false;
    bool attachment = false;
};

PartLabel part_label(std::string_view header, const Part& part);

// The octets of a body (or its beginning) as UTF-8 without NUL.
std::string decode_text(std::string_view body, const Part& part, const PartLabel& label);

// Octets that were transfer-decoded already.
std::string charset_text(std::string_view octets, const PartLabel& label);

// Visible text of HTML, roughly: tags, scripts and styles dropped, the common entities decoded. For previews and searching, not for
// showing.
std::string text_of_html(std::string_view html);

}  // namespace sky::mime

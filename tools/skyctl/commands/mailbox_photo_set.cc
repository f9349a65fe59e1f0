#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/files.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"FILE", Takes::text, Must::may_be_given, "A JPEG or PNG of at most 128 KiB; - is standard input."},
    {"--none", Takes::nothing, Must::may_be_given, "No photo any more."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    if (arguments.given("FILE") == arguments.given("--none")) return unexpected(Fault::syntax, "say which: a FILE or --none");
    admin::SetPhotoRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    if (arguments.given("FILE")) {
        auto octets = read_file(arguments.text("FILE"));
        if (!octets) return forward(octets);
        if (octets->empty()) return unexpected(Fault::syntax, "the photo is empty");
        request.set_octets(std::move(*octets));
    }
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb mailbox_photo_set{.group = "mailbox photo",
                             .name = "set",
                             .sentence = "Gives a mailbox a photo, or takes it away.",
                             .example = "mailbox photo set ada@example.test ada.jpg",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl

#include "sky/base/encode.h"
#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"
#include "skyctl/files.h"

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--file", Takes::text, Must::may_be_given, "Where it goes; standard output if not given."},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::GetPhotoRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    auto photo = session.call<admin::Photo>(request);
    if (!photo) return forward(photo);
    if (session.format() == Format::table && !arguments.given("--file")) {
        session.print(photo->octets());
        return {};
    }
    if (arguments.given("--file"))
        if (auto written = write_file(arguments.text("--file"), photo->octets()); !written) return written;
    const bool in_file = arguments.given("--file");
    Table table({"media_type", "size", in_file ? "file" : "octets"});
    table.add({photo->media_type(), static_cast<std::int64_t>(photo->octets().size()),
               in_file ? arguments.text("--file") : base64_encode(photo->octets())});
    session.one(table);
    return {};
}
}  // namespace

const Verb mailbox_photo_get{.group = "mailbox photo",
                             .name = "get",
                             .sentence = "Writes a mailbox's photo to a file or to standard output; JSON has it in base64.",
                             .example = "mailbox photo get ada@example.test --file ada.jpg",
                             .options = options,
                             .run = &run};

}  // namespace sky::skyctl

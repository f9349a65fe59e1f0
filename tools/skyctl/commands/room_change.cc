#include "skyctl/columns.h"
#include "skyctl/commands/commands.h"

#include <algorithm>

namespace sky::skyctl {
namespace {
constexpr Option options[] = {
    {"ADDRESS", Takes::text, Must::be_given, "The mailbox's address.", "address"},
    {"--name", Takes::text, Must::may_be_given, "What people call it.", "display_name"},
    {"--capacity", Takes::number, Must::may_be_given, "How many people fit in."},
    {"--auto-accept", Takes::on_off, Must::may_be_given, "on: free times are accepted at once."},
    {"--conflicts", Takes::on_off, Must::may_be_given, "on: it may be booked twice for the same time."},
    {"--window", Takes::number, Must::may_be_given, "How many days ahead it can be booked; 0: any."},
    {"--longest", Takes::number, Must::may_be_given, "How many minutes a booking lasts at most; 0: any."},
    {"--bookers", Takes::text, Must::may_be_given, "Addresses separated by commas: who may book it; empty: everyone of the tenant."},
    {"--approvers", Takes::text, Must::may_be_given, "Addresses separated by commas: who decides about bookings."},
};

// The same options, as fields of the rules.
constexpr Option booking_options[] = {
    {"--capacity", Takes::number, Must::may_be_given, "", "capacity"},
    {"--auto-accept", Takes::on_off, Must::may_be_given, "", "auto_accept"},
    {"--conflicts", Takes::on_off, Must::may_be_given, "", "conflicts"},
    {"--window", Takes::number, Must::may_be_given, "", "window_days"},
    {"--longest", Takes::number, Must::may_be_given, "", "longest_minutes"},
    {"--bookers", Takes::text, Must::may_be_given, "", "bookers"},
    {"--approvers", Takes::text, Must::may_be_given, "", "approvers"},
};

Result<void> run(Session& session, const Arguments& arguments) {
    admin::ChangeMailboxRequest request;
    if (auto filled = fill(request, arguments, options); !filled) return filled;
    const bool ruled = std::ranges::any_of(booking_options, [&](const Option& option) { return arguments.given(option.name); });
    if (ruled) {
        // All rules together take the place of the present ones: those that are not given stay as they are.
        admin::GetMailboxRequest question;
        question.set_address(request.address());
        auto present = session.call<admin::Mailbox>(question);
        if (!present) return forward(present);
        *request.mutable_booking() = present->booking();
        if (auto filled = fill(*request.mutable_booking(), arguments, booking_options); !filled) return filled;
    }
    return show_one(session, request, mailbox_columns);
}
}  // namespace

const Verb room_change{.group = "room",
                       .name = "change",
                       .sentence = "Changes who may book a room, how far ahead and how long.",
                       .example = "room change blue@example.test --capacity 12 --auto-accept on",
                       .options = options,
                       .run = &run};

}  // namespace sky::skyctl

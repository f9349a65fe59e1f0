#pragma once
// What may be used to sign in where, and what the right password may still not do. Pure.
#include "auth/sign_in/question.h"
#include "auth/store/identities.h"

namespace sky::auth {

// One text for a wrong password and for nobody, so that it tells no names.
Answer wrong(std::string reason, std::chrono::milliseconds delay);
Answer refuse(Fault fault, std::string text, std::string reason = {}, std::chrono::milliseconds delay = {});
// Something that sign-in needs is away.
Answer away(const Error& error);

// Where people sign in to let programs in: a page, and not yet any of the protocols that they or the programs may be kept from.
inline constexpr std::string_view sign_in_protocol = "oauth";

// Protocols on which a second factor can be asked for.
bool can_ask_for_code(std::string_view protocol);

// The credential counts for this attempt: an app password within its protocols and networks; a main password not where a second factor
// would have to be asked for and can't be.
bool is_usable(const Credential& credential, const Identity& who, const Question& question);

// After the proof: the account is active, may use the protocol, and acts for itself.
Answer admit(const Identity& who, const Question& question);

}  // namespace sky::auth

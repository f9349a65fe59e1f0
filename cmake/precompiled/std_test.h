#include "std.h"

#include <catch2/catch.hpp>

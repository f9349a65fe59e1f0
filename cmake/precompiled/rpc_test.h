#include "rpc.h"

#include <catch2/catch.hpp>

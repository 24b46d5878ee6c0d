/** The executable: runs the command line on this machine. */
import { start } from "./host/main.ts";

start();

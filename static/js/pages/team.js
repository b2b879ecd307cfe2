import { watchCopy } from "../components/copy.js";

watchCopy(document);

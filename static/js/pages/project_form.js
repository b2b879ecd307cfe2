import { watchFilters } from "../components/language_filter.js";

watchFilters();

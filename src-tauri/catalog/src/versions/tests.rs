mod bookkeeping;
mod columns;
mod listing;
mod seeking;

"""The yardstick as most would write it: python-telegram-bot's ConversationHandler with PicklePersistence.

By polling with PTB's own updater; by webhook with `application.update_queue`, fed by a small aiohttp route. Everything
else is the library's default: updates one after the other, sends within the handler, a pickle once a minute.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.bare_bot import arguments, serve
from tests.bench.registration import CONTROLS, QUESTIONS, options_of, reading, review

Context = Any


async def begin(update: Update, context: Context) -> int:
    """/dangky."""
    context.user_data["answers"] = {}
    return await ask(update, context, 0)


async def ask(update: Update, context: Context, turn: int) -> int:
    """The question, or the card."""
    text = QUESTIONS[turn][1] if turn < len(QUESTIONS) else review(context.user_data["answers"])
    assert update.message is not None
    await update.message.reply_text(text, reply_markup=keyboard(turn))
    return turn


def keyboard(turn: int) -> InlineKeyboardMarkup:
    """A keyboard like the product's."""
    rows = [[InlineKeyboardButton(label, callback_data=f"{turn}|{n}")] for n, label in enumerate(options_of(turn))]
    controls = [InlineKeyboardButton(label, callback_data=label) for label in CONTROLS]
    return InlineKeyboardMarkup([*rows, controls])


def hearing(turn: int) -> Any:
    """The handler of one question's answer."""

    async def hear(update: Update, context: Context) -> int:
        assert update.message is not None
        value = reading(turn, update.message.text or "")
        if value is None:
            return await ask(update, context, turn)
        context.user_data["answers"][QUESTIONS[turn][0]] = value
        return await ask(update, context, turn + 1)

    return hear


async def finish(update: Update, context: Context) -> int:
    """The record; PTB keeps it with everything else."""
    models = context.bot_data.setdefault("models", [])
    models.append(dict(context.user_data["answers"]))
    assert update.message is not None
    await update.message.reply_text(f"Đã ghi lúc 08:00: mô hình MH-{len(models)}.")
    return ConversationHandler.END


def build(file: str, base_url: str, token: str) -> Application[Any, Any, Any, Any, Any, Any]:
    """The application."""
    words = filters.TEXT & ~filters.COMMAND
    states = {turn: [MessageHandler(words, hearing(turn))] for turn in range(len(QUESTIONS))}
    states[len(QUESTIONS)] = [MessageHandler(filters.Regex("^Gửi$"), finish)]
    begins = CommandHandler("dangky", begin)
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{base_url}/bot")
        .persistence(PicklePersistence(filepath=file))
        .build()
    )
    application.add_handler(
        ConversationHandler(
            entry_points=[begins], states=states, fallbacks=[begins], name="registration", persistent=True
        )
    )
    return application


async def run(mode: str, port: int, base_url: str, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Answer until stopped."""

    async def hook(request: web.Request) -> web.Response:
        update = Update.de_json(json.loads(await request.read()), application.bot)
        await application.update_queue.put(update)
        return web.Response()

    async with application:
        await application.start()
        await serve(hook, port)
        if mode == "webhook":
            await application.bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="ptb")
        else:
            assert application.updater is not None
            await application.updater.start_polling()
        try:
            await asyncio.Event().wait()
        finally:
            if mode == "polling" and application.updater is not None:
                await application.updater.stop()
            await application.stop()


if __name__ == "__main__":
    told = arguments()
    asyncio.run(run(told.mode, told.port, told.base_url, build(told.file, told.base_url, told.token)))

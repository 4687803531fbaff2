"""Conversations and their messages, in memory."""

import asyncio
from datetime import datetime, timezone

conversations: dict[int, dict] = {}
messages: list[dict] = []


class Refused(Exception):
    pass


async def create_conversation(sender_id: int, receiver_id: int) -> dict:
    await asyncio.sleep(0.001)
    conversation = {"id": len(conversations) + 1, "sender_id": sender_id, "receiver_id": receiver_id}
    conversations[conversation["id"]] = conversation
    return conversation


async def conversation_of(conversation_id: int, user_id: int) -> dict:
    await asyncio.sleep(0.001)
    conversation = conversations.get(conversation_id)
    if conversation is None:
        raise Refused("Conversation not found")
    if user_id not in (conversation["sender_id"], conversation["receiver_id"]):
        raise Refused("Unauthorized to join this conversation")
    return conversation


async def create_message(sender_id: int, conversation_id: int, message_type: str, content: str) -> dict:
    conversation = await conversation_of(conversation_id, sender_id)
    await asyncio.sleep(0.001)
    message = {
        "id": len(messages) + 1,
        "sender_id": sender_id,
        "conversation_id": conversation_id,
        "timestamp": datetime.now(timezone.utc).isoformat(),
        "message_type": message_type,
        "content": content,
        "conversation": conversation,
    }
    messages.append(message)
    return message


def page_of(conversation_id: int, page: int, limit: int) -> dict:
    newest = [message for message in reversed(messages) if message["conversation_id"] == conversation_id]
    return {
        "messages": newest[(page - 1) * limit : page * limit],
        "total": len(newest),
        "page": page,
        "limit": limit,
        "totalPages": -(-len(newest) // limit),
    }
